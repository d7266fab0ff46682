using System.CommandLine;
using PainlessSteering.Vectors;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas vector project</c>: the part of a vector along another, or what is left without it.</summary>
internal static class VectorProjectCommand
{
    private static readonly Argument<string> File = VectorFiles.One();
    private static readonly Option<string> Onto = new("--onto") { HelpName = "file", Description = "Vector whose direction counts.", Required = true };
    private static readonly Option<bool> Remove = new("--remove") { Description = "Keep what is orthogonal to that direction instead of what is along it." };
    private static readonly Option<string> Out = VectorFiles.Out();

    public static Command Create()
    {
        var command = new Command("project", """
            Take the part of a steering vector along another one; with --remove, what remains without that part.

              pas vector project honest.safetensors --onto bias.safetensors --remove --out honest-only.safetensors
            """) { File, Onto, Remove, Out };
        command.SetAction(parsed => VectorFiles.Save(parsed, Out, VectorArithmetic.Project(
            SafetensorsFormat.Read(parsed.GetRequiredValue(File)), SafetensorsFormat.Read(parsed.GetRequiredValue(Onto)), parsed.GetValue(Remove))));
        return command;
    }
}

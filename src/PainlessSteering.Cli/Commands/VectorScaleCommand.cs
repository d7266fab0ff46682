using System.CommandLine;
using PainlessSteering.Vectors;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas vector scale</c>: a vector with another strength.</summary>
internal static class VectorScaleCommand
{
    private static readonly Argument<string> File = VectorFiles.One();
    private static readonly Argument<double> Factor = new("factor") { Description = "What the strength is multiplied by." };
    private static readonly Option<string> Out = VectorFiles.Out();

    public static Command Create()
    {
        var command = new Command("scale", """
            Multiply the strength of a steering vector; a negative factor turns it round.

              pas vector scale quiz.safetensors 0.5 --out weaker.safetensors
            """) { File, Factor, Out };
        command.SetAction(parsed => VectorFiles.Save(parsed, Out, VectorArithmetic.Scale(SafetensorsFormat.Read(parsed.GetRequiredValue(File)), parsed.GetRequiredValue(Factor))));
        return command;
    }
}

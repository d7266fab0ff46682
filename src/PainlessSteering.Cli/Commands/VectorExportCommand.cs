using System.CommandLine;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas vector export</c>: a vector for another program.</summary>
internal static class VectorExportCommand
{
    private static readonly Argument<string> File = VectorFiles.One();
    private static readonly Option<string> To = new("--to") { Description = "gguf: a control vector for llama.cpp. safetensors: one plain tensor, with its place in the metadata.", Required = true };
    private static readonly Option<string> Out = VectorFiles.Out();
    private static readonly Option<string?> Model = new("--model") { HelpName = "folder or name", Description = "The vector's model; needed to write a vector of the site mlp as gguf." };
    private static readonly Option<string?> Positions = new("--positions") { Description = "all: accept that gguf steers every token, also where the vector was fitted for last tokens." };
    private static readonly Option<string?> Site = new("--site") { Description = "residual: accept that a vector of the site self_attn is moved to the output of its block." };

    private static readonly Option<string?> Prompts = new("--prompts") { Description = "all: accept that a vector with a condition steers every prompt." };

    public static Command Create()
    {
        To.AcceptOnlyFromAmong([.. SteeringExport.Formats]);
        Positions.AcceptOnlyFromAmong("all");
        Site.AcceptOnlyFromAmong("residual");
        Prompts.AcceptOnlyFromAmong("all");
        var command = new Command("export", """
            Write a steering vector for another program. The strength is folded into the numbers.

            llama.cpp adds a control vector to the output of blocks from 1 on, at every token. A vector that was fitted for
            another place or for last tokens only is refused, with what would change; --positions and --site accept it.
            No format knows conditions; --prompts accepts that.

              pas vector export quiz.safetensors --to gguf --positions all --out quiz.gguf
              llama-cli -m model.gguf --control-vector quiz.gguf
            """) { File, To, Out, Model, Positions, Site, Prompts };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var vector = SafetensorsFormat.Read(parsed.GetRequiredValue(File));
        using var source = parsed.GetValue(Model) is { } model ? ModelOptions.Open(parsed, model) : null;
        var config = source?.Config;
        if (config is not null && config.HiddenSize != vector.HiddenSize)
        {
            throw new PasException("the steering vector does not fit the model's hidden size", parsed.GetValue(Model), $"{vector.HiddenSize}", $"{config.HiddenSize}", "give the vector's own model") { Code = ErrorCodes.DoesNotFit };
        }

        var path = parsed.GetRequiredValue(Out);
        var export = new SteeringExport(parsed.GetValue(Positions) == "all", parsed.GetValue(Site) == "residual", parsed.GetValue(Prompts) == "all");
        foreach (var note in export.Write(path, vector, parsed.GetRequiredValue(To), config))
        {
            parsed.InvocationConfiguration.Output.WriteLine($"{path}: {note}");
        }

        return 0;
    }
}

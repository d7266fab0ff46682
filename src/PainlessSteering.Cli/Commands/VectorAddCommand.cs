using System.CommandLine;
using PainlessSteering.Vectors;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas vector add</c>: the weighted sum of vectors.</summary>
internal static class VectorAddCommand
{
    private static readonly Argument<string[]> Files = VectorFiles.Several();
    private static readonly Option<double[]> Weights = new("--weights") { HelpName = "numbers", Description = "A factor for each vector, e.g. 1 -0.5 (default: 1 each).", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string> Out = VectorFiles.Out();

    public static Command Create()
    {
        var command = new Command("add", """
            Add steering vectors of one model, layer and site, each times its strength and its weight. The sum's strength is 1.

              pas vector add honest.safetensors bias.safetensors --weights 1 -0.5 --out both.safetensors
            """) { Files, Weights, Out };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        SteeringVector[] vectors = [.. parsed.GetRequiredValue(Files).Select(SafetensorsFormat.Read)];
        var weights = parsed.GetValue(Weights) is { Length: > 0 } given ? given : [.. Enumerable.Repeat(1.0, vectors.Length)];
        if (weights.Length != vectors.Length)
        {
            throw new PasException("not a factor for each vector", null, $"{vectors.Length} finite numbers", $"{weights.Length}") { Setting = Weights.Name };
        }

        return VectorFiles.Save(parsed, Out, VectorArithmetic.Add(vectors, weights));
    }
}

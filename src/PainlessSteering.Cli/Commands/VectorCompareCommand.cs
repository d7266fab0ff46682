using System.CommandLine;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Vectors;
using PainlessSteering.Vectors.Formats;
using static System.FormattableString;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas vector compare</c>: how alike vectors are.</summary>
internal static class VectorCompareCommand
{
    private static readonly Argument<string[]> Files = VectorFiles.Several();
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("compare", """
            Show places, norms and cosines of steering vectors: 1 is the same direction, 0 none in common, -1 the opposite one.

            The norm is that of what is added to the activations, the strength included. Between directions drawn at random
            in n dimensions the cosine is about 1/sqrt(n).

              pas vector compare honest.safetensors bias.safetensors
            """) { Files, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var files = parsed.GetRequiredValue(Files);
        SteeringVector[] vectors = [.. files.Select(SafetensorsFormat.Read)];
        double?[][] cosines = [.. vectors.Select(a => vectors.Select(b => VectorArithmetic.Cosine(a, b) is var cosine && double.IsFinite(cosine) ? cosine : (double?)null).ToArray())];
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, new
            {
                Vectors = files.Zip(vectors, (file, vector) => new { File = file, Site = Edit(vector).Site.Name, Edit(vector).Layer, vector.Strength, Norm = Norm(vector) }),
                Cosines = cosines,
            });
            return 0;
        }

        var table = Screen.Table(["", "vector", "site, layer", "strength", "norm", .. Enumerable.Range(1, files.Length).Select(number => Invariant($"cos {number}"))]);
        foreach (var (i, vector) in vectors.Index())
        {
            table.AddTexts([
                Invariant($"{i + 1}"), files[i], Invariant($"{Edit(vector).Site}, {Edit(vector).Layer}"), Invariant($"{vector.Strength}"), Invariant($"{Norm(vector):0.####}"),
                .. cosines[i].Select(cosine => cosine is { } number ? Invariant($"{number:0.0000}") : "-"),
            ]);
        }

        Screen.On(output).Write(table);
        return 0;
    }

    private static double Norm(SteeringVector vector) => Math.Abs(vector.Strength * Edit(vector).Strength) * Edit(vector).Norm;

    private static SteeringEdit Edit(SteeringVector vector) => vector.Addition("a comparison");
}

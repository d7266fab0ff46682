using System.Text.Json.Nodes;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Tests.Cli;

/// <summary>Strengths as percentages of how long activations are, in the verbs that take strengths.</summary>
public sealed class PercentageTests : IDisposable
{
    private readonly TinyFolder _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public async Task AFitSaysWhatWasAskedForAndWhatItCameTo()
    {
        var run = await _tiny.FitAsync("--strengths", "40%,300%,4", "--layers", "1", "--methods", "PASf", "--json");
        Assert.Equal(0, run.Code);
        var grid = run.Json["sites"]![0]!["grid"]!.AsArray();
        Assert.Equal(["40%", "300%", "4"], grid.Select(cell => cell!["strength"]!.ToString()));
        var factors = grid.Select(cell => (double?)cell!["factors"]?["PASf"]).ToArray();
        var vector = SafetensorsFormat.Read(_tiny.Vector);
        var norm = (double)run.Json["median_norm"]!;
        Assert.Equal([0.4 * norm / vector.OnlyEdit!.Norm, 3 * norm / vector.OnlyEdit.Norm, null], factors, (a, b) => a is null ? b is null : Math.Abs(a.Value - b!.Value) < 1e-9 * Math.Abs(a.Value));
        Assert.Equal(norm, (double)JsonNode.Parse(vector.Provenance!.Evaluation!.Value.GetRawText())!["median_norm"]!);

        // A percentage, and the factor that it comes to, answer alike.
        string[] strengths = ["300%", factors[1]!.Value.ToString("R", System.Globalization.CultureInfo.InvariantCulture)];
        var answers = new List<string>();
        foreach (var strength in strengths)
        {
            var eval = await _tiny.EvalAsync("--strength", strength, "--json");
            Assert.Equal(0, eval.Code);
            Assert.Equal(factors[1]!.Value, (double)eval.Json["strength"]!, 1e-9);
            answers.Add(eval.Json["steered_predictions"]!.ToJsonString());
        }

        Assert.Equal(answers[0], answers[1]);
        var text = await Pas.RunAsync("generate", "--model", _tiny.Model, "--vector", _tiny.Vector, "--strength", "300%", "--max-tokens", "2", "--json", "What");
        Assert.Equal((0, factors[1]!.Value), (text.Code, (double)text.Json["vector"]!["strength"]!));
    }

    [Fact]
    public async Task APercentageNeedsToKnowOfWhat()
    {
        Assert.Equal(0, (await _tiny.FitAsync("--layers", "1", "--methods", "PASf")).Code);
        var scaled = _tiny.File("scaled.safetensors");
        Assert.Equal(0, (await Pas.RunAsync("vector", "scale", _tiny.Vector, "2", "--out", scaled)).Code);
        Assert.Contains(
            "--strength: the vector's file does not say how long activations are at its place; expected a factor; found '10%'; give a factor, or fit the vector again",
            await _tiny.RefusedAsync("generate", "--model", _tiny.Model, "--vector", scaled, "--strength", "10%", "What"), StringComparison.Ordinal);
    }
}

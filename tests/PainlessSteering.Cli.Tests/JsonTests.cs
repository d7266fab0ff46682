using System.Text.Json.Nodes;

namespace PainlessSteering.Tests.Cli;

/// <summary>Under <c>--json</c> standard output is one document with the keys that programs rely on.</summary>
public sealed class JsonTests : IDisposable
{
    private readonly TinyFolder _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData("sound")]
    [InlineData("paper")]
    public async Task OfAFit(string protocol)
    {
        var run = await _tiny.FitAsync("--json", "--sites", "residual,post_attn", "--protocol", protocol);
        Assert.Equal(0, run.Code);
        var document = run.Json;
        HasKeys(document, "sites", "selected", "effect", "placebos", "best_constant_letter", "verdict", "reasons", "seconds", "sizes", "seed", "protocol");
        HasKeys(document["selected"]!, "method", "site", "layer", "strength");
        HasKeys(document["effect"]!, "points", "interval", "p");
        HasKeys(document["best_constant_letter"]!, "letter", "accuracy");
        Assert.Equal(2, document["placebos"]!.AsArray().Count); // One of each kind.
        Assert.Contains((string)document["verdict"]!, new[] { "helps", "hurts", "no evidence" });
        Assert.Equal(["residual", "post_attention_layernorm"], document["sites"]!.AsArray().Select(site => (string)site!["site"]!));
        int[] sizes = [24, 8, 8];
        foreach (var site in document["sites"]!.AsArray())
        {
            HasKeys(
                site!, "seed", "site", "sizes", "train_accuracy", "train_predictions", "baseline_val_accuracy", "baseline_val_predictions",
                "baseline_test_accuracy", "baseline_test_predictions", "grid", "best");
            Assert.Equal(sizes, site!["sizes"]!.AsArray().Select(size => (int)size!));
            Assert.Equal(sizes, new[] { "train", "baseline_val", "baseline_test" }.Select(part => site[$"{part}_predictions"]!.AsArray().Count));
            Assert.Equal([(2, 1.0), (2, 4.0), (1, 1.0), (1, 4.0), (0, 1.0), (0, 4.0)], site["grid"]!.AsArray().Select(cell => ((int)cell!["layer"]!, (double)cell["strength"]!)));
            foreach (var method in new[] { "PASf", "iPASa", "iPASwo" })
            {
                Assert.All(site["grid"]!.AsArray(), cell => Assert.Equal((8, true), (cell!["val_predictions"]![method]!.AsArray().Count, (double)cell["val_accuracy"]![method]! is >= 0 and <= 1)));
                var best = site["best"]![method]!;
                HasKeys(
                    best, "layer", "strength", "val_accuracy", "test_accuracy", "test_predictions", "test_choice_logits", "vector_norm",
                    "right_to_wrong", "wrong_to_right");
                Assert.Equal((8, 8), (best["test_predictions"]!.AsArray().Count, best["test_choice_logits"]!.AsArray().Count));
            }
        }
    }

    [Fact]
    public async Task OfAnEvaluation()
    {
        await _tiny.FitAsync();
        var run = await _tiny.EvalAsync("--json");
        Assert.Equal(0, run.Code);
        HasKeys(
            run.Json, "items", "held_out", "strength", "unsteered_accuracy", "steered_accuracy", "effect", "placebos", "best_constant_letter", "verdict",
            "reasons", "unsteered_predictions", "steered_predictions", "seconds");
    }

    private static void HasKeys(JsonNode node, params string[] keys) => Assert.Empty(keys.Except(node.AsObject().Select(pair => pair.Key)));
}

using System.Text.Json;
using PainlessSteering.Studies;

namespace PainlessSteering.Tests.Studies;

/// <summary>The golden run of an independent PyTorch implementation, through a study.</summary>
public sealed class GoldenStudyTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AStudyComesToWhatTheReferenceFound()
    {
        var study = _folder.Write("golden.yaml", $"""
            models: [{Shared.PathOf("models", "stories260K")}]
            tasks: [{Shared.PathOf("golden", "pas", "items.jsonl")}]
            protocol: paper
            seeds: [39]
            sites: [residual, self_attn, post_attention_layernorm, mlp]
            layers: 0-4
            strengths: [0.25, 1, 4, 16]
            placebos: 0
            """);
        var run = await Pas.RunAsync("study", "run", study, "--out", _folder.File("out"));
        Assert.True(run.Code == 0, run.Error);
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Shared.PathOf("golden", "pas", "results_paper_seed39.json")));
        var results = new ResultStore(_folder.File("out")).Read().Results;
        Assert.Equal(4, results.Count);
        foreach (var result in results)
        {
            var expected = golden.RootElement.EnumerateArray().Single(site => site.GetProperty("site").GetString() == result.Cell.Site);
            Assert.Equal(Ints(expected, "sizes"), result.Sizes);
            Assert.Equal(expected.GetProperty("train_accuracy").GetDouble(), result.TrainAccuracy, 12);
            Assert.Equal(expected.GetProperty("baseline_val_accuracy").GetDouble(), result.ValAccuracy, 12);
            Assert.Equal(expected.GetProperty("baseline_test_accuracy").GetDouble(), result.TestAccuracy, 12);
            Assert.Equal(Ints(expected, "baseline_test_predictions"), Letters.Positions(result.TestUnsteered));
            foreach (var method in result.Methods)
            {
                var best = expected.GetProperty("best").GetProperty(method.Method!);
                Assert.Equal((best.GetProperty("layer").GetInt32(), best.GetProperty("strength").GetDouble()), (method.Layer!.Value, method.Strength));
                Assert.Equal(best.GetProperty("val_accuracy").GetDouble(), method.ValAccuracy, 12);
                Assert.Equal(best.GetProperty("test_accuracy").GetDouble(), method.Test.Accuracy, 12);
                Assert.Equal(Ints(best, "test_predictions"), Letters.Positions(method.Test.Steered));
                Assert.Equal((best.GetProperty("right_to_wrong").GetInt32(), best.GetProperty("wrong_to_right").GetInt32()), (method.Test.RightToWrong, method.Test.WrongToRight));
                Assert.Equal(1, method.VectorNorm / best.GetProperty("vector_norm").GetDouble(), 1e-4);
            }
        }
    }

    private static int[] Ints(JsonElement element, string key) => [.. element.GetProperty(key).EnumerateArray().Select(value => value.GetInt32())];
}

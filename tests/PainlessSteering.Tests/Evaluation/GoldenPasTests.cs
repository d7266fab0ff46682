using System.Text.Json;
using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Evaluation;
using PainlessSteering.Text;

namespace PainlessSteering.Tests.Evaluation;

/// <summary>A whole run under the paper protocol against a naive run made with an independent PyTorch implementation.</summary>
public class GoldenPasTests
{
    private const double LargestTie = 1e-3; // A smaller margin may flip with the order of floating-point sums.

    [Fact]
    public void TheOnePassSweepEqualsTheReferenceAtAllSites() => Check("paper", Fit(new FitOptions { Layers = [], Sites = SteeringSite.All }));

    [Fact]
    public void TheNaiveSweepEqualsTheReference() => Check("paper", Fit(new FitOptions { Layers = [], Naive = true, Placebos = 0 }));

    [Fact]
    public void CaptureAtTheSamePointEqualsTheReference() => Check("same_point", Fit(new FitOptions { Layers = [], SamePoint = true, Placebos = 0 }));

    private static void Check(string golden, FitResult result)
    {
        using var expected = JsonDocument.Parse(File.ReadAllBytes(Shared.PathOf("golden", "pas", $"results_{golden}_seed39.json")));
        foreach (var actual in result.Sites)
        {
            Compare(expected.RootElement.EnumerateArray().Single(site => site.GetProperty("site").GetString() == actual.Site), actual);
        }

        var vectors = NumPyArchive.Read(Shared.PathOf("golden", "pas", $"vectors_{golden}_seed39.npz"));
        Assert.Equal(15 * result.Sites.Count, result.Vectors.Count);
        foreach (var ((method, site, layer), vector) in result.Vectors)
        {
            var reference = vectors[$"seed39.{site}.{method}.layer{layer}"];
            var norm = Math.Sqrt(reference.Sum(value => (double)value * value));
            var distance = Math.Sqrt(reference.Zip(vector, (a, b) => Math.Pow(a - b, 2)).Sum());

            // All prompts end in the same token, so the embeddings' difference is zero but for the reference's float32 sums.
            Assert.True(distance <= (1e-4 * norm) + 1e-6, $"{site} {method} layer {layer}: {distance} of {norm}");
        }
    }

    private static void Compare(JsonElement expected, SiteResult actual)
    {
        Assert.Equal(Ints(expected, "sizes"), actual.Sizes);
        Assert.Equal(Ints(expected, "train_predictions"), actual.TrainPredictions);
        Assert.Equal(Ints(expected, "baseline_val_predictions"), actual.BaselineValPredictions);
        Assert.Equal(Ints(expected, "baseline_test_predictions"), actual.BaselineTestPredictions);
        Assert.Equal(expected.GetProperty("train_accuracy").GetDouble(), actual.TrainAccuracy, 12);
        Assert.Equal(expected.GetProperty("baseline_val_accuracy").GetDouble(), actual.BaselineValAccuracy, 12);
        Assert.Equal(expected.GetProperty("baseline_test_accuracy").GetDouble(), actual.BaselineTestAccuracy, 12);
        Assert.Equal(expected.GetProperty("grid").GetArrayLength(), actual.Grid.Count);
        foreach (var (cell, mine) in expected.GetProperty("grid").EnumerateArray().Zip(actual.Grid))
        {
            Assert.Equal(cell.GetProperty("layer").GetInt32(), mine.Layer);
            Assert.Equal(cell.GetProperty("strength").GetDouble(), mine.Strength);
            foreach (var method in cell.GetProperty("val_predictions").EnumerateObject())
            {
                var differing = method.Value.EnumerateArray().Zip(mine.ValPredictions[method.Name]).Count(pair => pair.First.GetInt32() != pair.Second);
                var margin = cell.GetProperty("val_min_margin").GetProperty(method.Name).GetDouble();
                Assert.True(differing == 0 || (differing == 1 && margin < LargestTie), $"{actual.Site} {method.Name} layer {mine.Layer} strength {mine.Strength}: {differing} differ, margin {margin}");
            }
        }

        foreach (var method in expected.GetProperty("best").EnumerateObject())
        {
            var mine = actual.Best[method.Name];
            Assert.Equal(method.Value.GetProperty("layer").GetInt32(), mine.Layer);
            Assert.Equal(method.Value.GetProperty("strength").GetDouble(), mine.Strength);
            Assert.Equal(method.Value.GetProperty("val_accuracy").GetDouble(), mine.ValAccuracy, 12);
            Assert.Equal(method.Value.GetProperty("test_accuracy").GetDouble(), mine.TestAccuracy, 12);
            Assert.Equal(Ints(method.Value, "test_predictions"), mine.TestPredictions);
            Assert.Equal(method.Value.GetProperty("right_to_wrong").GetInt32(), mine.RightToWrong);
            Assert.Equal(method.Value.GetProperty("wrong_to_right").GetInt32(), mine.WrongToRight);
            Assert.Equal(1, mine.VectorNorm / method.Value.GetProperty("vector_norm").GetDouble(), 1e-4);
            foreach (var (logits, myLogits) in method.Value.GetProperty("test_choice_logits").EnumerateArray().Zip(mine.TestChoiceScores))
            {
                Assert.All(logits.EnumerateArray().Zip(myLogits), pair => Assert.Equal(pair.First.GetDouble(), pair.Second, 1e-3));
            }
        }
    }

    private static int[] Ints(JsonElement element, string key) => [.. element.GetProperty(key).EnumerateArray().Select(value => value.GetInt32())];

    private static FitResult Fit(FitOptions options)
    {
        var folder = Shared.PathOf("models", "stories260K");
        using var model = CausalLM.Load(folder);
        options = options with { Protocol = Protocol.Paper, Seed = 39, Layers = [0, 1, 2, 3, 4], Strengths = [0.25, 1, 4, 16] };
        return PasPipeline.Fit(
            model, Tokenizer.Load(folder), Dataset.Load(Shared.PathOf("golden", "pas", "items.jsonl")), options, cancellation: TestContext.Current.CancellationToken);
    }
}

using System.Text.Json;
using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Evaluation;
using PainlessSteering.Scoring;
using PainlessSteering.Statistics;
using PainlessSteering.Sweeps;
using PainlessSteering.Tests.Models;
using PainlessSteering.Vectors.Methods;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Evaluation;

/// <summary>A whole run under the sound protocol on a real model, percentages among its strengths, against a naive run of another program.</summary>
public sealed class SmolLM2PasTests
{
    private const double LargestTie = 1e-3; // A smaller margin may flip with the order of floating-point sums.
    private const double LogitBound = 1e-3;
    private const double Relative = 1e-4;
    private const int ItemsOfAPart = 4;
    private const string Usual = "commonsense/cm_test"; // Has the shorter prompts; of the methods the one that needs no others.

    [Theory]
    [InlineData("bbq/Age")]
    [InlineData("commonsense/cm_test")]
    public void ARunIsTheReferences(string set)
    {
        Assert.SkipUnless(SmolLM2.Whole || set == Usual, "needs minutes of two processors: PAINLESS_WHOLE_GOLDENS=1");
        using var golden = SmolLM2.Golden("pas.json");
        var run = golden.RootElement.GetProperty("runs").EnumerateArray().Single(run => run.GetProperty("set").GetString() == set);
        var raw = run.GetProperty("forms").GetProperty("raw");
        using var source = ModelSource.Open(SmolLM2.File);
        using var model = CausalLM.Load(source);
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var options = new FitOptions
        {
            Layers = SmolLM2.Ints(run.GetProperty("layers")),
            Strengths = [.. run.GetProperty("strengths").EnumerateArray().Select(Strength)],
            Methods = SmolLM2.Whole ? SteeringMethod.All : [SteeringMethod.Parse("PASf")],
            Placebos = 0,
        };
        var encoder = new ChoiceEncoder(source.Tokenizer, model.Config, set, options.Scorer, options.LetterToken);
        var runner = new PromptRunner(model, options.Engine);
        var sweep = new GridSweep(model, runner, options.Scorer);
        SweepResult Answer(ChoiceSet items, IReadOnlyList<Candidate> cells) => sweep.Run(items.Prompts, cells, null, null, TestContext.Current.CancellationToken);

        // Training: what the model answers, and what is made of it.
        var train = Items(run, "train", encoder, whole: true);
        Assert.Equal(SmolLM2.Ints(raw.GetProperty("letter_token_ids")), train.Prompts[0].Choices.Select(letter => letter[0]));
        var record = TrainingRecord.Make(model, runner, sweep, train, encoder, options, new Stages(null, TestContext.Current.CancellationToken));
        Assert.Equal(SmolLM2.Ints(raw.GetProperty("train_predictions")), record.Predictions);
        using var activations = record.Activations;
        var variants = new VariantBuilder(activations, options).Build(record.Contrasts);
        var norms = new MedianNorms(activations, train.Items.Count);
        AssertVectors(set, raw, variants, norms);

        // Validation: every cell.
        var grid = new ValidationGrid(variants, options, norms);
        var validation = Items(run, "validation", encoder);
        var answers = Answer(validation, grid.Candidates);
        grid.Fill(answers, validation.Right);
        Assert.Equal(Known(raw.GetProperty("unsteered_val_predictions"), validation), answers.Predictions(null));
        foreach (var cell in raw.GetProperty("grid").EnumerateArray())
        {
            var (layer, strength) = (cell.GetProperty("layer").GetInt32(), Strength(cell.GetProperty("strength")));
            foreach (var variant in variants)
            {
                Assert.Equal(1, grid.Cell(variant, SteeringSite.Residual, layer, strength)!.First.Strength / cell.GetProperty("factor").GetProperty(variant.Method).GetDouble(), Relative);
                AssertAnswers(cell.GetProperty("val_predictions").GetProperty(variant.Method), cell.GetProperty("val_letter_logits").GetProperty(variant.Method), validation, answers, IndexOf(grid, variant, layer, strength));
            }
        }

        // Test: the reference's cells, which are the plain rule's.
        var test = Items(run, "test", encoder);
        var chosen = variants.Select(variant => (Variant: variant, Golden: raw.GetProperty("best").GetProperty(variant.Method))).ToList();
        List<int> cells = [.. chosen.Select(choice => IndexOf(grid, choice.Variant, choice.Golden.GetProperty("layer").GetInt32(), Strength(choice.Golden.GetProperty("strength"))))];
        var tested = Answer(test, [.. cells.Select(cell => grid.Candidates[cell])]);
        Assert.Equal(Known(raw.GetProperty("unsteered_test_predictions"), test), tested.Predictions(null));
        foreach (var (index, (variant, expected)) in chosen.Index())
        {
            AssertAnswers(expected.GetProperty("test_predictions"), expected.GetProperty("test_letter_logits"), test, tested, index);
            if (SmolLM2.Whole)
            {
                AssertChoice(variant, expected, grid, test, tested, index);
            }
        }

        if (SmolLM2.Whole)
        {
            var overall = Choices.Make(grid, options).Overall.Real;
            var expected = raw.GetProperty("chosen");
            Assert.Equal(
                (expected.GetProperty("method").GetString(), expected.GetProperty("layer").GetInt32(), Strength(expected.GetProperty("strength"))),
                (overall.Variant?.Method, overall.Cell?.First.Layer, overall.Strength));
        }
    }

    private static void AssertVectors(string set, JsonElement raw, IReadOnlyList<Variant> variants, MedianNorms norms)
    {
        using var vectors = SafeTensors.Open(SmolLM2.GoldenFile("pas-vectors.safetensors"));
        foreach (var variant in variants)
        {
            foreach (var ((_, layer), edit) in variant.Edits)
            {
                var (expected, name) = (vectors.Load($"{set.Replace('/', '-')}.raw.{variant.Method}.layer{layer}"), $"{layer}");
                Assert.InRange(((tensor(edit.Values.ToArray()) - expected).norm() / expected.norm()).item<float>(), 0, Relative);
                Assert.Equal(1, edit.Norm / raw.GetProperty("vector_norm").GetProperty(variant.Method).GetProperty(name).GetDouble(), Relative);
                Assert.Equal(1, norms[edit.Place] / raw.GetProperty("median_norm").GetProperty(name).GetDouble(), Relative);
            }
        }
    }

    private static void AssertChoice(Variant variant, JsonElement expected, ValidationGrid grid, ChoiceSet test, SweepResult tested, int index)
    {
        var best = grid.Best([variant], [SteeringSite.Residual], steerAtAnyRate: true);
        Assert.Equal((expected.GetProperty("layer").GetInt32(), Strength(expected.GetProperty("strength"))), (best.Cell!.First.Layer, best.Strength));
        Assert.Equal(expected.GetProperty("val_accuracy").GetDouble(), best.ValidationAccuracy, 12);
        Assert.Equal(expected.GetProperty("steering_wins").GetBoolean(), grid.Best([variant], [SteeringSite.Residual]).Cell is not null);
        var flips = Flips.Between(test.Right, tested.Predictions(null), tested.Predictions(index));
        Assert.Equal(expected.GetProperty("test_accuracy").GetDouble(), flips.SteeredAccuracy, 12);
    }

    private static void AssertAnswers(JsonElement predictions, JsonElement logits, ChoiceSet items, SweepResult answers, int candidate)
    {
        var (found, expected) = (answers.Predictions(candidate), Known(predictions, items));
        var flips = 0;
        foreach (var (item, letters) in logits.EnumerateArray().Take(items.Items.Count).Select(SmolLM2.Doubles).Index())
        {
            Assert.All(letters.Zip(answers.Scores(item, candidate).ToArray()), pair => Assert.Equal(pair.First, pair.Second, LogitBound));
            var margin = letters.OrderDescending().Take(2).Aggregate((best, second) => best - second);
            flips += found[item] == expected[item] ? 0 : margin < LargestTie ? 1 : 2;
        }

        Assert.InRange(flips, 0, 1);
    }

    private static int IndexOf(ValidationGrid grid, Variant variant, int layer, SteeringStrength strength) =>
        grid.Candidates.ToList().IndexOf(grid.Cell(variant, SteeringSite.Residual, layer, strength)!);

    private static int[] Known(JsonElement predictions, ChoiceSet items) => SmolLM2.Ints(predictions)[..items.Items.Count];

    private static SteeringStrength Strength(JsonElement strength) => SteeringStrength.Parse(strength.ToString());

    private static ChoiceSet Items(JsonElement run, string part, ChoiceEncoder encoder, bool whole = false)
    {
        var list = run.GetProperty("items").GetProperty(part);
        var stored = (whole ? list.EnumerateArray() : SmolLM2.Some(list, ItemsOfAPart)).ToList();
        var presented = stored.Select((item, i) =>
        {
            var choices = SmolLM2.Texts(item.GetProperty("choices"));
            var right = item.GetProperty("answer").GetInt32();
            return new PresentedItem(i, new MultipleChoiceItem(item.GetProperty("question").GetString()!, choices, right), choices, right);
        }).ToList();
        List<ChoicePrompt> prompts = [.. presented.Select(encoder.Choice)];
        Assert.Equal(stored.Select(item => SmolLM2.Ints(item.GetProperty("raw_ids"))), prompts.Select(prompt => prompt.Tokens));
        return new ChoiceSet(presented, prompts, [.. presented.Select(item => item.Right)]);
    }
}

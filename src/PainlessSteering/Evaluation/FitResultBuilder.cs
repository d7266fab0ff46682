using PainlessSteering.Engine.Editing;
using PainlessSteering.Scoring;
using PainlessSteering.Statistics;
using PainlessSteering.Sweeps;

namespace PainlessSteering.Evaluation;

/// <summary>Puts the answers of a run's sweeps together into its result, and judges them.</summary>
/// <param name="options">Of the run.</param>
/// <param name="train">Training items.</param>
/// <param name="trainPredictions">Unsteered predictions of them.</param>
/// <param name="validation">Validation items.</param>
/// <param name="grid">The grid, filled.</param>
/// <param name="test">Test items.</param>
/// <param name="choices">What validation chose.</param>
/// <param name="tested">Answers to the test prompts under the chosen cells.</param>
/// <param name="judged">The same, judged.</param>
/// <param name="norms">Of activations; null where none were recorded.</param>
internal sealed class FitResultBuilder(
    FitOptions options, ChoiceSet train, int[] trainPredictions, ChoiceSet validation, ValidationGrid grid, ChoiceSet test, Choices choices, SweepResult tested, TestedChoices judged, MedianNorms? norms)
{
    private readonly IReadOnlyList<int> _sizes = [train.Items.Count, validation.Items.Count, test.Items.Count];
    private readonly int[] _unsteered = tested.Predictions(null);
    private readonly IReadOnlyList<Variant> _methods = [.. grid.Variants.Where(variant => variant.Placebo is null)];

    /// <param name="modelFingerprint">Of the model.</param>
    /// <param name="dataFingerprint">Of the data.</param>
    /// <param name="leftOut">Items with too long a prompt.</param>
    /// <param name="seconds">Time taken.</param>
    public FitResult Build(string modelFingerprint, string dataFingerprint, int leftOut, double seconds)
    {
        var report = judged.Overall.Report;
        var best = grid.Best(_methods, options.Sites, steerAtAnyRate: true);
        var (sound, byLetter) = (options.Protocol == Data.Protocol.Sound, options.Scorer == Scorer.Letter);
        return new FitResult
        {
            ModelFingerprint = modelFingerprint,
            DataFingerprint = dataFingerprint,
            Protocol = options.Protocol,
            Seed = options.Seed,
            Sizes = _sizes,
            LeftOut = leftOut,
            Exemplars = test.Items.Average(item => item.Exemplars),
            TestItems = judged.Items,
            Sites = [.. options.Sites.Select(Site)],
            Methods = [.. _methods.Zip(judged.Methods, Method)],
            Selected = judged.Overall.Selected,
            Effect = EffectResult.Of(report.Verdict),
            Placebos = [.. choices.Overall.Placebos.Select(pair => Placebo(pair.Key, pair.Value))],
            BestConstantLetter = ConstantLetter.Of(report.Letters),
            Scorer = options.Scorer == Scorer.Letter ? null : options.Scorer.Name,
            Form = sound ? FitArtifact.Form : null,
            LetterToken = byLetter && (sound || options.LetterToken != LetterToken.Bare) ? options.LetterToken : null,
            LetterMass = byLetter && sound ? grid.Mass : null,
            MedianNorm = best.Cell is { } cell ? norms?[cell.Fork] : null,
            Verdict = report.Verdict.Conclusion,
            Reasons = report.Verdict.Sentences,
            Report = report,
            Parts = PartResult.Of(test.Items, _unsteered, judged.Overall.Predictions),
            Seconds = seconds,
            Vectors = _methods.SelectMany(method => method.Edits.Select(pair => (method.Method, pair.Key, pair.Value)))
                .ToDictionary(entry => (entry.Method, entry.Key.Site, entry.Key.Layer), entry => entry.Value.Values.ToArray()),
            Test = judged,
            BestSteering = best.Cell is null ? null : best.Describe(),
        };
    }

    private SiteResult Site(SteeringSite site)
    {
        var unsteeredValidation = grid.UnsteeredPredictions;
        return new SiteResult(
            site.Name,
            options.Seed,
            _sizes,
            Accuracy.Of(trainPredictions, train.Right),
            trainPredictions,
            Accuracy.Of(unsteeredValidation, validation.Right),
            unsteeredValidation,
            Accuracy.Of(_unsteered, test.Right),
            _unsteered,
            [.. options.Layers.OrderDescending().SelectMany(layer => options.Strengths.Select(strength => Cell(site, layer, strength)))],
            _methods.ToDictionary(method => method.Method, method => Best(choices.BySite[(method.Method, site)])));
    }

    private GridCell Cell(SteeringSite site, int layer, SteeringStrength strength) => new(
        layer,
        strength,
        _methods.ToDictionary(method => method.Method, method => grid.Accuracy(method, site, layer, strength)),
        _methods.ToDictionary(method => method.Method, method => (IReadOnlyList<int>)grid.Predictions(method, site, layer, strength)))
    {
        Factors = !strength.IsPercentage ? null : _methods.Select(method => (method.Method, grid.Cell(method, site, layer, strength)?.First.Strength))
            .Where(pair => pair.Strength is not null).ToDictionary(pair => pair.Method, pair => pair.Strength!.Value),
    };

    private BestCell Best(Selection selection)
    {
        var index = choices.IndexOf(selection);
        var predictions = tested.Predictions(index);
        var flips = Flips.Between(test.Right, _unsteered, predictions);
        return new BestCell(
            selection.Cell?.First.Layer,
            selection.Cell?.First.Strength ?? 0,
            selection.ValidationAccuracy,
            Accuracy.Of(predictions, test.Right),
            predictions,
            [.. Enumerable.Range(0, test.Items.Count).Select(item => tested.Scores(item, index).ToArray())],
            selection.VectorNorm,
            flips.RightToWrong,
            flips.WrongToRight)
        { Asked = selection.Asked };
    }

    private static MethodResult Method(Variant method, TestedChoice tested) => new(
        method.Method,
        tested.Selected,
        tested.Report.Flips.SteeredAccuracy,
        tested.Report.Flips.RightToWrong,
        tested.Report.Flips.WrongToRight,
        EffectResult.Of(tested.Report.Verdict),
        tested.Report.Verdict.Conclusion,
        tested.Report.Verdict.Sentences);

    private PlaceboResult Placebo(PlaceboId placebo, Selection selection)
    {
        var accuracy = TestAccuracy(selection);
        return new PlaceboResult(placebo.ToString(), selection.Describe(), accuracy, Flips.Between(test.Right, _unsteered, Predictions(selection)).Effect * 100);
    }

    private double TestAccuracy(Selection selection) => Accuracy.Of(Predictions(selection), test.Right);

    private int[] Predictions(Selection selection) => tested.Predictions(choices.IndexOf(selection));
}

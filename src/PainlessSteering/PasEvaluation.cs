using System.Diagnostics;
using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Evaluation;
using PainlessSteering.RandomNumbers;
using PainlessSteering.Scoring;
using PainlessSteering.Statistics;
using PainlessSteering.Sweeps;
using PainlessSteering.Text;
using PainlessSteering.Vectors;
using static TorchSharp.torch;

namespace PainlessSteering;

/// <summary>What a finished vector does on any labelled data.</summary>
public static class PasEvaluation
{
    /// <summary>Measures a finished vector on labelled items: unsteered, steered, and under random directions of the same norm.</summary>
    /// <param name="model">The model; it must be the one that the vector was fitted on, or be forced by the caller.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="data">Labelled multiple-choice items. Of the data of the fit only the untouched test split is answered.</param>
    /// <param name="vector">The vector.</param>
    /// <param name="strength">Factor of the vector; its own if null.</param>
    /// <param name="options">Placebos, level and engine; the protocol and seed of the vector's provenance decide the orders of choices.</param>
    /// <param name="progress">Told of finished prompts.</param>
    /// <param name="cancellation">Stops between forward passes.</param>
    public static EvalResult Run(
        CausalLM model, Tokenizer tokenizer, Dataset data, SteeringVector vector, double? strength, FitOptions options, IProgress<StageProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(vector);
        ArgumentNullException.ThrowIfNull(options);
        options.EnsurePlacebos();
        var clock = Stopwatch.StartNew();
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var heldOut = FitArtifact.TestItems(vector, data);
        var encoder = new ChoiceEncoder(tokenizer, model.Config, data.Path, options.Scorer, options.LetterToken);
        var usable = heldOut ?? ChoiceSet.Usable(data.Items, options, encoder);
        if (usable.Count == 0)
        {
            throw new PasException("every item's prompt is longer than the model's context", data.Path, remedy: "use a model with a longer context") { Code = ErrorCodes.TooLong };
        }

        var items = ChoiceSet.Present(data.Items, usable, options, encoder);
        var factor = strength ?? vector.Strength;
        var cells = factor == 0 ? [] : Enumerable.Range(0, options.Placebos + 1)
            .Select(number => new Candidate(number == 0 ? vector.EditsWith(factor) : RandomLike(vector.EditsWith(factor), options.Seed, number)))
            .ToList();

        var sweep = new GridSweep(model, new PromptRunner(model, options.Engine), options.Scorer);
        using var gate = cells.Count > 0 && vector.Condition is { } condition ? new ConditionGate(condition, items.Prompts.Count, model.Config.HiddenSize) : null;
        var answers = new Stages(progress, cancellation).Run("answer", items.Prompts.Count, done => sweep.Run(items.Prompts, cells, gate?.Recorded, done, cancellation));
        var unsteered = answers.Predictions(null);
        var acts = gate?.Holds();
        int[] Under(int cell) => acts is null ? answers.Predictions(cell) : [.. answers.Predictions(cell).Select((answer, item) => acts[item] ? answer : unsteered[item])];
        var steered = cells.Count == 0 ? unsteered : Under(0);
        var report = Judgement.Of(
            items,
            options.Scorer,
            unsteered,
            steered,
            cells.Count == 0 ? SelectionOutcome.DoNotSteer : SelectionOutcome.Steer,
            Enumerable.Range(1, Math.Max(0, cells.Count - 1)).Select(i => (new PlaceboId(PlaceboKind.RandomDirection, i), Under(i))),
            options.Alpha);
        return new EvalResult(
            items.Items.Count,
            heldOut is not null,
            heldOut is null ? data.Items.Count - usable.Count : 0,
            factor,
            acts?.Count(holds => holds),
            report.Flips.UnsteeredAccuracy,
            report.Flips.SteeredAccuracy,
            EffectResult.Of(report.Verdict),
            report.Verdict.Placebos,
            ConstantLetter.Of(report.Letters),
            options.Scorer == Scorer.Letter ? answers.Mass : null,
            report.Verdict.Conclusion,
            report.Verdict.Sentences,
            unsteered,
            steered,
            report,
            clock.Elapsed.TotalSeconds);
    }

    private static IReadOnlyList<SteeringEdit> RandomLike(IReadOnlyList<SteeringEdit> edits, long seed, int number)
    {
        var random = new MersenneTwister(VariantBuilder.Mix(seed, number));
        return [.. edits.Select(edit => VariantBuilder.RandomLike(edit, random))];
    }
}

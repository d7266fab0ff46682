using System.Diagnostics;
using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Evaluation;
using PainlessSteering.Scoring;
using PainlessSteering.Sweeps;
using PainlessSteering.Text;
using static TorchSharp.torch;

namespace PainlessSteering;

/// <summary>
/// Painless activation steering, whole (method.md): fit = split, predict, record, build, sweep, select, test, judge.
/// </summary>
public static class PasPipeline
{
    /// <summary>Fits a steering vector and measures whether it helps.</summary>
    /// <param name="model">The model to steer.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="data">Labelled multiple-choice items.</param>
    /// <param name="options">Protocol, grid, seed and so on.</param>
    /// <param name="progress">Told of finished prompts; called on worker threads.</param>
    /// <param name="cancellation">Stops between forward passes.</param>
    /// <exception cref="PasException">The data, the options and the model do not go together.</exception>
    public static FitResult Fit(
        CausalLM model, Tokenizer tokenizer, Dataset data, FitOptions options, IProgress<StageProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        options.EnsureFits(model.Config);
        var clock = Stopwatch.StartNew();
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var runner = new PromptRunner(model, options.Engine);
        var stages = new Stages(progress, cancellation);
        var encoder = new ChoiceEncoder(tokenizer, model.Config, data.Path, options.Scorer, options.LetterToken);
        ISweep sweep = options.Naive ? new NaiveSweep(model, options.Engine, options.Scorer) : new GridSweep(model, runner, options.Scorer);

        SweepResult Answer(string stage, ChoiceSet items, IReadOnlyList<Candidate> cells) =>
            stages.Run(stage, items.Prompts.Count, done => sweep.Run(items.Prompts, cells, null, done, cancellation));

        // Split, and present every item in its order of choices, with the exemplars of in-context learning if there are any.
        var items = new ItemSplit(data, options, encoder);
        var exemplars = options.Icl == 0 ? Exemplars.None : Exemplars.Choose(items.Train(Exemplars.None), bare => Answer("choose exemplars", bare, []), options, encoder);
        var (train, validation, test) = (items.Train(exemplars), items.Validation(exemplars), items.Test(exemplars));

        // Predict the training items; the same forward pass records them. Then record the prompts that only the methods ask for.
        var training = TrainingRecord.Make(model, runner, sweep, train, encoder, options, stages);

        // Build all vectors, real and placebo, answer every validation item under every cell, and choose.
        using var activations = training.Activations;
        var variants = new VariantBuilder(activations, options).Build(training.Contrasts);
        var norms = options.NeedsNorms ? new MedianNorms(activations, train.Items.Count) : null;
        var grid = new ValidationGrid(variants, options, norms);
        grid.Fill(Answer("sweep", validation, grid.Candidates), validation.Right);
        var choices = Choices.Make(grid, options);

        // The untouched test split, once, under the chosen cells only; then what they change elsewhere.
        var tester = new ChoiceTester([.. variants.Where(variant => variant.Placebo is null)], choices, options.Scorer, options.Alpha);
        var tested = Answer("test", test, choices.Cells);
        var transfers = options.TestOn.Select(other =>
        {
            var elsewhere = new ItemSplit(other, options, new ChoiceEncoder(tokenizer, model.Config, other.Path, options.Scorer, options.LetterToken)).Test(exemplars);
            return tester.Test(other.Fingerprint, elsewhere, Answer("test elsewhere", elsewhere, choices.Cells));
        }).ToList();
        return new FitResultBuilder(options, train, training.Predictions, validation, grid, test, choices, tested, tester.Test(data.Fingerprint, test, tested), norms)
            .Build(model.Fingerprint, data.Fingerprint, items.LeftOut, clock.Elapsed.TotalSeconds) with
        { Transfers = transfers, Pool = items.Pool };
    }
}

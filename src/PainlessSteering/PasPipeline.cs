using System.Diagnostics;
using PainlessSteering.Data;
using PainlessSteering.Evaluation;
using PainlessSteering.Models;
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
        var encoder = new ChoiceEncoder(tokenizer, model.Config, data.Path);
        ISweep sweep = options.Naive ? new NaiveSweep(model, options.Engine) : new GridSweep(model, runner, options.Engine);

        // Split, and present every item in its order of choices.
        var usable = ChoiceSet.Usable(data.Items, options, encoder);
        var split = Split.Make([.. usable.Select(index => data.Items[index])], options.Seed, options.Split, options.MaxItems, options.Protocol);
        ChoiceSet Present(IReadOnlyList<int> part) => ChoiceSet.Present(data.Items, [.. part.Select(index => usable[index])], options, encoder);
        var (train, validation, test) = (Present(split.Train), Present(split.Validation), Present(split.Test));

        // Predict the training items; the same forward pass records them. Then record the prompts that only the methods ask for.
        var training = TrainingRecord.Make(model, runner, sweep, train, encoder, options, stages);

        // Build all vectors, real and placebo, answer every validation item under every cell, and choose.
        using var activations = training.Activations;
        var variants = new VariantBuilder(activations, options).Build(training.Contrasts);
        var grid = new ValidationGrid(variants, options);
        grid.Fill(stages.Run("sweep", validation.Prompts.Count, done => sweep.Run(validation.Prompts, grid.Candidates, null, done, cancellation)), validation.Right);
        var choices = Choices.Make(grid, options);

        // The untouched test split, once, under the chosen cells only.
        var tested = stages.Run("test", test.Prompts.Count, done => sweep.Run(test.Prompts, choices.Cells, null, done, cancellation));
        return new FitResultBuilder(options, train, training.Predictions, validation, grid, test, choices, tested)
            .Build(model.Fingerprint, data.Fingerprint, data.Items.Count - usable.Count, clock.Elapsed.TotalSeconds);
    }
}

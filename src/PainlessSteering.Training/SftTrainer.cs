using System.Diagnostics;
using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Native;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Engine.Weights;
using PainlessSteering.Evaluation;
using PainlessSteering.Scoring;
using PainlessSteering.Statistics;
using PainlessSteering.Text;

namespace PainlessSteering.Training;

/// <summary>
/// Supervised fine-tuning with LoRA: the baseline that steering is compared with. It learns the right letters of the very items and
/// splits of a fit, or responses to prompts, and keeps the adapter of the epoch that validation liked best, the untouched model
/// among them.
/// </summary>
public static class SftTrainer
{
    /// <summary>Trains on multiple-choice items.</summary>
    /// <param name="model">The model: a folder in Hugging Face layout or a GGUF file.</param>
    /// <param name="load">How it is loaded; without an adapter.</param>
    /// <param name="data">The items.</param>
    /// <param name="options">Everything else that decides the result.</param>
    /// <param name="output">The adapter's folder.</param>
    /// <param name="resume">Go on with an unfinished training in that folder, if there is one.</param>
    /// <param name="progress">Told of steps, with their loss.</param>
    /// <param name="cancellation">Stops between batches and saves the state.</param>
    /// <exception cref="PasException">Model, data and options do not go together, or the training diverged.</exception>
    public static SftResult Train(
        string model, LoadOptions load, Dataset data, SftOptions options, string output, bool resume = false, IProgress<StageProgress>? progress = null, CancellationToken cancellation = default) =>
        Train(model, load, (tokenizer, config) => SftData.Of(data, tokenizer, config, options), options, output, resume, progress, cancellation);

    /// <summary>Trains on prompts with responses; see the other overload.</summary>
    /// <param name="model">The model: a folder in Hugging Face layout or a GGUF file.</param>
    /// <param name="load">How it is loaded; without an adapter.</param>
    /// <param name="rows">Prompts with responses.</param>
    /// <param name="path">Their file, for errors.</param>
    /// <param name="options">Everything else that decides the result.</param>
    /// <param name="output">The adapter's folder.</param>
    /// <param name="resume">Go on with an unfinished training in that folder, if there is one.</param>
    /// <param name="progress">Told of steps, with their loss.</param>
    /// <param name="cancellation">Stops between batches and saves the state.</param>
    /// <exception cref="PasException">Model, data and options do not go together, or the training diverged.</exception>
    public static SftResult Train(
        string model, LoadOptions load, IReadOnlyList<PromptResponse> rows, string path, SftOptions options, string output, bool resume = false, IProgress<StageProgress>? progress = null, CancellationToken cancellation = default) =>
        Train(model, load, (tokenizer, config) => SftData.Of(rows, path, tokenizer, config, options), options, output, resume, progress, cancellation);

    private static SftResult Train(
        string model, LoadOptions load, Func<Tokenizer, ModelConfig, SftData> read, SftOptions options, string output, bool resume, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        if (load.Adapter is not null)
        {
            throw new PasException("an adapter is trained on a plain model", remedy: "merge the adapter first: pas model merge") { Setting = nameof(LoadOptions.Adapter) };
        }

        PeakMemory.Reset();
        Allocator.KeepFreedMemory();
        var clock = Stopwatch.StartNew();
        using var source = ModelSource.Open(model);
        options.EnsureFits(source.Config);
        var data = read(source.Tokenizer, source.Config);
        var files = new AdapterFolder(output);
        files.Prepare(resume);
        if (resume && files.Finished() is { } finished)
        {
            return finished.Run == Identity(source, load, data, options)
                ? finished
                : throw new PasException("the finished adapter is that of another training", files.RecordFile, "the same model, data and options", remedy: $"give the options of that training, or another {SettingName.Of(nameof(output))}") { Code = ErrorCodes.DoesNotFit };
        }

        TrainedAdapter trained;
        using (var plain = CausalLM.Load(source, load))
        {
            trained = new SftRun(plain, data, options, files, options.BaseModel ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(model)), clock).Run(progress, cancellation);
        }

        // Tested as it will be used: added to the weights, with their rounding.
        using var adapted = CausalLM.Load(source, load with { Adapter = output });
        var evaluation = new SftEvaluation(adapted, options.Engine);
        var result = new SftResult
        {
            Run = Identity(source, load, data, options),
            ModelFingerprint = trained.ModelFingerprint,
            AdaptedFingerprint = adapted.Fingerprint,
            DataFingerprint = data.Fingerprint,
            Seed = options.Seed,
            Sizes = [data.Train.Count, data.Validation.Count, data.Test.Count],
            LeftOut = data.LeftOut,
            Modules = trained.Modules,
            TrainedParameters = trained.Parameters,
            Steps = trained.Point.Step,
            BestEpoch = trained.Point.Epochs.MinBy(epoch => epoch.ValLoss)!.Epoch,
            Epochs = trained.Point.Epochs,
            Losses = trained.Point.Losses,
            TestLossBefore = trained.TestLoss,
            TestLossAfter = evaluation.Loss(data.Test, cancellation),
            Test = data.TestItems is { } items ? Accuracies(items, trained.TestAnswers!, evaluation.Answers(items, cancellation)) : null,
            ArtifactBytes = trained.ArtifactBytes,
        };
        files.Finish(result);
        return result with { Cost = new SftCost(trained.Point.Seconds + clock.Elapsed.TotalSeconds, PeakMemory.Bytes) };
    }

    private static string Identity(IModelSource source, LoadOptions load, SftData data, SftOptions options) =>
        TrainingIdentity.Finished(TrainingIdentity.Of(load.Weights.Mark(source.Fingerprint), load.DataType, data.Fingerprint, options), options);

    private static SftAccuracy Accuracies(ChoiceSet items, int[] before, int[] after)
    {
        var report = Judgement.Of(items, Scorer.Letter, before, after, SelectionOutcome.Steer, [], alpha: 0.05);
        return new SftAccuracy(Accuracy.Of(before, items.Right), Accuracy.Of(after, items.Right), EffectResult.Of(report.Verdict), report);
    }
}

/// <summary>What the training itself leaves for the report.</summary>
/// <param name="ModelFingerprint">Of the model without the adapter.</param>
/// <param name="Modules">Adapted linear maps.</param>
/// <param name="Parameters">Trained numbers.</param>
/// <param name="Point">Where the training ended; its seconds are those of earlier runs.</param>
/// <param name="TestLoss">On test, without the adapter.</param>
/// <param name="TestAnswers">On test, without the adapter.</param>
/// <param name="ArtifactBytes">Of the adapter's files.</param>
internal sealed record TrainedAdapter(
    string ModelFingerprint, int Modules, long Parameters, TrainingPoint Point, double TestLoss, int[]? TestAnswers, long ArtifactBytes);

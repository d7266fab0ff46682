using System.Diagnostics;
using PainlessSteering.Engine;
using PainlessSteering.Evaluation;
using PainlessSteering.RandomNumbers;
using static System.FormattableString;
using static TorchSharp.torch;

namespace PainlessSteering.Training;

/// <summary>The steps of one training, from its beginning or from where it was interrupted, to the adapter's files.</summary>
internal sealed class SftRun(CausalLM model, SftData data, SftOptions options, AdapterFolder files, string modelName, Stopwatch clock)
{
    /// <summary>A step is parted into batches of at least so many rows, for workers to share.</summary>
    private const int FewestRows = 512;

    private readonly int _examplesPerStep = (int)Math.Min((long)options.Batch * options.Accumulate, data.Train.Count); // A step of more than all is one of all.
    private readonly SftEvaluation _evaluation = new(model, options.Engine);
    private TrainingPoint _point = null!;
    private TrainingMemory _memory = null!;
    private double _secondsBefore;

    private int StepsPerEpoch => (data.Train.Count + _examplesPerStep - 1) / _examplesPerStep;

    private string Identity => TrainingIdentity.Of(model.Fingerprint, model.DataType, data.Fingerprint, options);

    public TrainedAdapter Run(IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        var testAnswers = data.TestItems is { } items ? _evaluation.Answers(items, cancellation) : null;
        var testLoss = _evaluation.Loss(data.Test, cancellation);
        using var lora = new LoraModel(model, options);
        _evaluation.Held = TrainingMemory.State(lora);
        _memory = TrainingMemory.Of(lora, data.Train.Max(example => example.Tokens.Length), options.Engine);
        using var optimizer = new AdamW(lora.Parameters, options.WeightDecay);
        using var state = new TrainingState(lora, optimizer);
        Begin(state, cancellation);
        try
        {
            Steps(lora, optimizer, state, progress, cancellation);
        }
        catch (OperationCanceledException)
        {
            Save(state);
            throw;
        }

        state.TakeBest();
        var bytes = files.WriteAdapter(lora, modelName);
        return new TrainedAdapter(model.Fingerprint, lora.Linears.Count, lora.ParameterCount, _point with { Seconds = _secondsBefore }, testLoss, testAnswers, bytes);
    }

    private void Begin(TrainingState state, CancellationToken cancellation)
    {
        if (File.Exists(files.StateFile))
        {
            _point = state.Load(files.StateFile, Identity) with { LearningRate = options.LearningRate };
            _secondsBefore = _point.Seconds;
            return;
        }

        _point = new TrainingPoint { Run = Identity, LearningRate = options.LearningRate, Step = 0, Seconds = 0, Losses = [], Epochs = [Validate(0, null, cancellation)] };
    }

    private void Steps(LoraModel lora, AdamW optimizer, TrainingState state, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        var (steps, first) = (StepsPerEpoch * options.Epochs, _point.Step);
        var rate = new LearningRate((int)Math.Ceiling(options.WarmUp * steps), steps);
        var gradients = new StepGradients(lora, _memory, options.Engine);
        var saved = clock.Elapsed;
        progress?.Report(new StageProgress("train", 0, steps - first));
        while (true)
        {
            if (_point.Step == _point.Epochs.Count * StepsPerEpoch)
            {
                EndEpoch(state, cancellation);
            }

            if (_point.Step == steps || Stops)
            {
                progress?.Report(new StageProgress(Invariant($"train, loss {Recent:0.0000}, step"), _point.Step - first, _point.Step - first));
                return;
            }

            cancellation.ThrowIfCancellationRequested();
            var step = _point.Step;
            using var scope = NewDisposeScope();
            var batches = Batches(step);
            var (loss, gradient) = gradients.Of(batches, VariantBuilder.Mix(options.Seed, step), cancellation);
            var norm = Clip(gradient);
            if (IsDiverged(loss) || !double.IsFinite(norm))
            {
                throw Diverged(state, Invariant($"a loss of {loss:0.###} and a gradient of length {norm:0.###} in step {step + 1}"));
            }

            // The numbers of now are good: their loss was just seen.
            state.Remember();
            if (clock.Elapsed - saved >= options.SaveEvery)
            {
                Save(state);
                saved = clock.Elapsed;
            }

            optimizer.Step(gradient, options.LearningRate * rate.At(step), step + 1);
            _point = _point with { Step = step + 1, Losses = [.. _point.Losses, loss] };
            if (_point.Step < steps)
            {
                progress?.Report(new StageProgress(Invariant($"train, loss {Recent:0.0000}, step"), _point.Step - first, steps - first));
            }
        }
    }

    /// <summary>Mean loss of the latest steps, as people watch it.</summary>
    private double Recent => _point.Losses.TakeLast(20).Average();

    /// <summary>Whether validation has not improved for long enough.</summary>
    private bool Stops => _point.Epochs.Count - 1 - _point.Epochs.MinBy(epoch => epoch.ValLoss)!.Epoch >= options.Patience;

    private void EndEpoch(TrainingState state, CancellationToken cancellation)
    {
        var best = _point.Epochs.Min(epoch => epoch.ValLoss);
        var epoch = Validate(_point.Epochs.Count, _point.Losses.TakeLast(StepsPerEpoch).Average(), cancellation);
        if (IsDiverged(epoch.ValLoss))
        {
            throw Diverged(state, Invariant($"a validation loss of {epoch.ValLoss:0.###} after epoch {epoch.Epoch}"));
        }

        _point = _point with { Epochs = [.. _point.Epochs, epoch] };
        if (epoch.ValLoss < best)
        {
            state.KeepBest();
        }
    }

    private SftEpoch Validate(int epoch, double? trainLoss, CancellationToken cancellation) => new(
        epoch,
        epoch * StepsPerEpoch,
        trainLoss,
        _evaluation.Loss(data.Validation, cancellation),
        data.ValidationItems is { } items ? Accuracy.Of(_evaluation.Answers(items, cancellation), items.Right) : null);

    /// <summary>The examples of a step, in batches that do not depend on the machine.</summary>
    private IReadOnlyList<TrainingBatch> Batches(int step)
    {
        var order = new NumPyRandomState(VariantBuilder.Mix(options.Seed, step / StepsPerEpoch)).Permutation(data.Train.Count);
        var examples = order.Skip(step % StepsPerEpoch * _examplesPerStep).Take(_examplesPerStep).Select(index => data.Train[index]).ToArray();
        var rows = Math.Min(Math.Max(examples.Sum(example => example.Tokens.Length) / 4, FewestRows), _memory.Rows);
        return TrainingBatch.Plan(examples, options.Batch, rows);
    }

    /// <summary>Shortens the gradient to the limit, and returns how long it was.</summary>
    private double Clip(IReadOnlyList<Tensor> gradient)
    {
        var norm = Math.Sqrt(gradient.Sum(part => Math.Pow(part.norm().cpu().item<float>(), 2)));
        if (options.Clip > 0 && norm > options.Clip && double.IsFinite(norm))
        {
            using TorchSharp.Scalar factor = options.Clip / norm;
            foreach (var part in gradient)
            {
                part.mul_(factor);
            }
        }

        return norm;
    }

    /// <summary>A loss that is no number, or twice that of a model that only guesses (or of this one untrained, if that is worse).</summary>
    private bool IsDiverged(double loss) =>
        !double.IsFinite(loss) || loss > 2 * Math.Max(Math.Log(model.Config.VocabularySize), _point.Epochs[0].ValLoss);

    private PasException Diverged(TrainingState state, string found)
    {
        state.GoBack();
        if (_point.Step > 0)
        {
            // What is remembered is the state before the last step, whose own loss was fine.
            _point = _point with { Step = _point.Step - 1, Losses = [.. _point.Losses.SkipLast(1)], Epochs = [.. _point.Epochs.Where(epoch => epoch.Step <= _point.Step - 1)] };
        }

        Save(state);
        return new PasException(
            "the training diverged", found: found, expected: "a loss that falls",
            remedy: Invariant($"go on with a smaller learning rate, such as {SettingName.Of(AdapterFolder.Resume)} {SettingName.Of(nameof(SftOptions.LearningRate))} {options.LearningRate / 10:0.###e+0}: the last good checkpoint, after {_point.Step} steps, is kept in {files.StateFile}"))
        { Code = ErrorCodes.NotFinite };
    }

    private void Save(TrainingState state) => state.Save(files.StateFile, _point with { Seconds = _secondsBefore + clock.Elapsed.TotalSeconds });
}

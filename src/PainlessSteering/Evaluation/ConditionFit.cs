using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.RandomNumbers;
using PainlessSteering.Text;
using static TorchSharp.torch;

namespace PainlessSteering.Evaluation;

/// <summary>
/// Fits on which prompts a vector acts. Of each label three fifths of the prompts give the direction at every layer, the difference of
/// their means; one fifth chooses the layer and the threshold by balanced accuracy; the last fifth is looked at once.
/// </summary>
public static class ConditionFit
{
    private const int Fifths = 5;
    private const string Setting = "prompts"; // The parameter of Fit.

    /// <summary>Fits a condition at the residual site.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="prompts">At least five of each label.</param>
    /// <param name="seed">Of the split.</param>
    /// <param name="engine">How much of the machine may be used.</param>
    /// <param name="progress">Told of finished prompts.</param>
    /// <param name="cancellation">Stops between forward passes.</param>
    /// <exception cref="PasException">There are too few prompts, or one does not fit the model.</exception>
    public static SteeringCondition Fit(
        CausalLM model, Tokenizer tokenizer, IReadOnlyList<ConditionPrompt> prompts, long seed, EngineOptions engine, IProgress<StageProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(prompts);
        var parts = Parts(prompts, seed);
        int[][] tokens = [.. prompts.Select(prompt => Encode(tokenizer, prompt.Prompt, model.Config))];
        CapturePoint[] points = [.. Enumerable.Range(0, model.Config.Layers).Select(SteeringSite.Residual.WrittenAt)];
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        using var recorded = new RecordedActivations(points, prompts.Count, model.Config.HiddenSize);
        new Stages(progress, cancellation).Run(
            "condition", prompts.Count, done => ActivationRecorder.Record(new PromptRunner(model, engine), model, tokens, recorded, done, cancellation));

        (SteeringCondition Condition, double Accuracy, double Gap)? best = null;
        for (var layer = points.Length - 1; layer >= 0; layer--)
        {
            var rows = recorded[points[layer]];
            Tensor Mean(bool acts) => rows.index_select(0, tensor([.. parts.Train.Where(index => prompts[index].Acts == acts).Select(index => (long)index)])).mean([0]);
            var direction = (Mean(true) - Mean(false)).data<float>().ToArray();
            if (direction.All(value => value == 0))
            {
                continue;
            }

            var candidate = new SteeringCondition(direction, SteeringSite.Residual, layer, 0);
            var projections = parts.Validation.Select(index => (Value: Project(candidate, rows, index), prompts[index].Acts)).ToList();
            var (threshold, accuracy, gap) = ConditionThreshold.Best(projections);
            if (best is null || accuracy > best.Value.Accuracy || (accuracy == best.Value.Accuracy && gap > best.Value.Gap))
            {
                best = (new SteeringCondition(direction, SteeringSite.Residual, layer, threshold), accuracy, gap);
            }
        }

        var chosen = best?.Condition ?? throw new PasException("the condition is undefined", expected: "prompts that differ between the labels") { Code = ErrorCodes.BadData, Setting = Setting };
        var tested = parts.Test.Select(index => (Value: Project(chosen, recorded[points[chosen.Layer]], index), prompts[index].Acts)).ToList();
        return new SteeringCondition(chosen.Values, chosen.Site, chosen.Layer, chosen.Threshold, ConditionThreshold.BalancedAccuracy(tested, chosen.Threshold));
    }

    private static double Project(SteeringCondition condition, Tensor rows, int index)
    {
        using var scope = NewDisposeScope();
        return condition.Projection(rows[index].data<float>().ToArray());
    }

    /// <summary>The same shares of both labels in each part.</summary>
    private static (List<int> Train, List<int> Validation, List<int> Test) Parts(IReadOnlyList<ConditionPrompt> prompts, long seed)
    {
        var (train, validation, test) = (new List<int>(), new List<int>(), new List<int>());
        foreach (var acts in new[] { true, false })
        {
            int[] indices = [.. Enumerable.Range(0, prompts.Count).Where(index => prompts[index].Acts == acts)];
            var fifth = indices.Length / Fifths;
            if (fifth == 0)
            {
                throw new PasException("too few prompts", null, $"at least {Fifths} where the vector should act, and {Fifths} where not", $"{indices.Length} with act {(acts ? "true" : "false")}") { Code = ErrorCodes.BadData, Setting = Setting };
            }

            int[] order = [.. new NumPyRandomState(seed).Permutation(indices.Length).Select(place => indices[place])];
            validation.AddRange(order[..fifth]);
            test.AddRange(order[fifth..(2 * fifth)]);
            train.AddRange(order[(2 * fifth)..]);
        }

        return (train, validation, test);
    }

    private static int[] Encode(Tokenizer tokenizer, string prompt, ModelConfig config)
    {
        var tokens = tokenizer.Encode(prompt);
        return tokens.Length > 0 && tokens.Length <= config.ContextLength
            ? tokens
            : throw new PasException("a prompt does not fit the model", null, $"1 to {config.ContextLength} tokens", $"{tokens.Length}: {prompt[..Math.Min(prompt.Length, 40)]}") { Code = ErrorCodes.TooLong, Setting = Setting };
    }
}

using PainlessSteering.Engine.Batching;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Editing;

/// <summary>Copies the last-token activations of one forward pass, at all capture points at once.</summary>
/// <param name="recorded">Where they are kept; several passes may write their own rows at the same time.</param>
/// <param name="indices">For each prompt of the batch its row in <paramref name="recorded"/>.</param>
internal sealed class ActivationRecorder(RecordedActivations recorded, IReadOnlyList<int> indices) : IActivationHook
{
    private readonly List<(CapturePoint Place, Tensor Values)> _seen = [];

    /// <inheritdoc/>
    public Tensor Apply(int layer, HookPoint point, Tensor activations, RowLayout rows)
    {
        var place = new CapturePoint(layer, point);
        if (recorded.Points.Contains(place))
        {
            _seen.Add((place, rows.LastTokens(activations).to(ScalarType.Float32, copy: true).DetachFromDisposeScope()));
        }

        return activations;
    }

    /// <inheritdoc/>
    public void Finish()
    {
        using var scope = NewDisposeScope();
        var into = tensor([.. indices.Select(index => (long)index)]);
        foreach (var (place, values) in _seen)
        {
            recorded[place].index_copy_(0, into, values.cpu());
            values.Dispose();
        }

        _seen.Clear();
    }

    /// <summary>Runs prompts as far as the highest capture point and keeps their activations.</summary>
    /// <param name="runner">Runs the prompts.</param>
    /// <param name="model">The model that it runs them through.</param>
    /// <param name="prompts">Token ids.</param>
    /// <param name="into">Gets their activations, row by row.</param>
    /// <param name="done">Told the number of prompts of each finished batch.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public static void Record(
        PromptRunner runner, CausalLM model, IReadOnlyList<int[]> prompts, RecordedActivations into, Action<int>? done, CancellationToken cancellation)
    {
        runner.Hold(into.Bytes);
        var blocks = into.Points.Max(point => point.Blocks);
        runner.Run(prompts, 0, (batchIndices, batch) => model.Forward(batch, new ActivationRecorder(into, batchIndices), blocks), done, cancellation);
    }
}

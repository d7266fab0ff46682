using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Verification;

/// <summary>Keeps the activations of the last token at every point.</summary>
internal sealed class GoldenHook : IActivationHook, IDisposable
{
    private readonly Dictionary<(int Layer, HookPoint Point), Tensor> _seen = [];

    /// <summary>What was seen at a point, float32 [hidden size]; null where the block does not have it.</summary>
    public Tensor? Seen(int layer, HookPoint point) => _seen.GetValueOrDefault((layer, point));

    /// <inheritdoc/>
    public Tensor Apply(int layer, HookPoint point, Tensor activations, RowLayout rows)
    {
        using var scope = NewDisposeScope();
        var leaf = rows.Leaves(activations)[0, 0];
        _seen[(layer, point)] = leaf.to(ScalarType.Float32, copy: true).DetachFromDisposeScope(); // It outlives the block.
        return activations;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var seen in _seen.Values)
        {
            seen.Dispose();
        }
    }
}

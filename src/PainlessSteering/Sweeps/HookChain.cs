using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using static TorchSharp.torch;

namespace PainlessSteering.Sweeps;

/// <summary>Two hooks at once: the first sees the activations before the second changes them. Only the second may fork.</summary>
internal sealed class HookChain(IActivationHook first, IActivationHook second) : IActivationHook
{
    /// <inheritdoc/>
    public int Forks(int layer, HookPoint point) => second.Forks(layer, point);

    /// <inheritdoc/>
    public Tensor Apply(int layer, HookPoint point, Tensor activations, RowLayout rows) =>
        second.Apply(layer, point, first.Apply(layer, point, activations, rows), rows);

    /// <inheritdoc/>
    public void Finish()
    {
        first.Finish();
        second.Finish();
    }
}

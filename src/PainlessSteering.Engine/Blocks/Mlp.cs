using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Weights;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>Gated MLP: <c>down(f(gate x) * up x)</c>; with bounds as <see cref="BoundedGate"/> has it.</summary>
internal sealed class Mlp(Activation activation, BoundedGate? clamp, Linear gate, Linear up, Linear down) : IFeedForward
{
    /// <inheritdoc/>
    public Tensor Forward(ForwardPass pass, Tensor rows) => Forward(rows);

    /// <param name="rows">[rows, hidden size]</param>
    /// <returns>The same shape.</returns>
    public Tensor Forward(Tensor rows)
    {
        using var scope = NewDisposeScope();
        var (gated, let) = (gate.Forward(rows), up.Forward(rows));
        return down.Forward(clamp?.Of(gated, let) ?? Gate.Of(activation, gated, let)).MoveToOuterDisposeScope();
    }
}

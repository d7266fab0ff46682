using static TorchSharp.torch;

namespace PainlessSteering.Models;

/// <summary>Gated MLP: <c>down(silu(gate x) * up x)</c>.</summary>
internal sealed class Mlp(Linear gate, Linear up, Linear down)
{
    /// <param name="rows">[rows, hidden size]</param>
    /// <returns>The same shape.</returns>
    public Tensor Forward(Tensor rows)
    {
        // Writing into the operand saves fresh memory, which costs more than the arithmetic; gradients need the operand.
        var inPlace = !is_grad_enabled();
        var gated = nn.functional.silu(gate.Forward(rows), inPlace);
        return down.Forward(inPlace ? gated.mul_(up.Forward(rows)) : gated * up.Forward(rows));
    }
}

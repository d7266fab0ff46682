using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>The gate of gpt-oss: <c>(up + 1) * gate * sigmoid(slope * gate)</c> of a gate that is at most the limit, and rows within it on both sides.</summary>
/// <param name="Limit">Of both.</param>
/// <param name="Slope">In the sigmoid.</param>
internal sealed record ClampedSwiglu(double Limit, double Slope) : BoundedGate
{
    private readonly TorchSharp.Scalar _most = Limit, _least = -Limit, _slope = Slope;

    /// <inheritdoc/>
    public override Tensor Of(Tensor gate, Tensor rows)
    {
        var (bounded, let) = (gate.clamp_max(_most), rows.clamp(_least, _most).add(Scalars.One, Scalars.One));
        return let * bounded * (bounded * _slope).sigmoid();
    }
}

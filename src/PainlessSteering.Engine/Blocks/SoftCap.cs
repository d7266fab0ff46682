using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>Keeps numbers between -cap and cap: <c>cap * tanh(x / cap)</c> (Gemma 2).</summary>
internal sealed class SoftCap(double cap)
{
    private readonly TorchSharp.Scalar _cap = cap;

    /// <summary>The bound.</summary>
    public double Cap => cap;

    /// <summary>A cap where one is given.</summary>
    public static SoftCap? Of(double? cap) => cap is { } value ? new SoftCap(value) : null;

    /// <returns>The same shape and type.</returns>
    public Tensor Forward(Tensor values) => values.div(_cap).tanh().mul(_cap);

    /// <summary>The derivative of <see cref="Forward"/>, by what it gave.</summary>
    /// <returns>The same shape and type.</returns>
    public Tensor Slope(Tensor capped)
    {
        var part = capped.div(_cap);
        return part.mul_(part).neg_().add_(Scalars.One, Scalars.One);
    }
}

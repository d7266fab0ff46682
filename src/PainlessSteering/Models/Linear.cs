using static TorchSharp.torch;

namespace PainlessSteering.Models;

/// <summary>A linear map of rows: <c>x Wᵀ + b</c>.</summary>
internal sealed class Linear(Tensor weight, Tensor? bias = null)
{
    /// <summary>[out, in]</summary>
    public Tensor Weight { get; } = weight;

    /// <summary>[out], or null.</summary>
    public Tensor? Bias { get; } = bias;

    /// <param name="rows">[rows, in]</param>
    /// <returns>[rows, out]</returns>
    public Tensor Forward(Tensor rows) => nn.functional.linear(rows, Weight, Bias!);
}

using PainlessSteering.Engine.Weights;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>The queries of <see cref="LatentAttention"/>: from the input, or by way of a short row.</summary>
/// <param name="down">To the short row; null for none.</param>
/// <param name="norm">Of the short row; null for none.</param>
/// <param name="up">To the queries.</param>
internal sealed class LatentQuery(Linear? down, INorm? norm, Linear up)
{
    /// <param name="normed">[rows, hidden size]</param>
    /// <returns>[rows, heads x head size]</returns>
    public Tensor Forward(Tensor normed) => up.Forward(down is null ? normed : norm!.Forward(down.Forward(normed)));
}

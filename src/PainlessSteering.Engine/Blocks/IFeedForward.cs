using PainlessSteering.Engine.Batching;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>The part of a block that changes each row by itself. Weights are only read; it is used by several passes at once.</summary>
internal interface IFeedForward
{
    /// <param name="pass">The forward pass, for what depends on more than the row's numbers.</param>
    /// <param name="rows">[rows, hidden size]; not written to.</param>
    /// <returns>The same shape, a fresh tensor that the block may write to.</returns>
    Tensor Forward(ForwardPass pass, Tensor rows);
}

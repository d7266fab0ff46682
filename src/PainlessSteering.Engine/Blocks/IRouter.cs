using PainlessSteering.Engine.Batching;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>Chooses the experts of each row.</summary>
internal interface IRouter
{
    /// <param name="pass">The forward pass, for what depends on more than the row's numbers.</param>
    /// <param name="rows">[rows, hidden size]</param>
    /// <returns>What an expert's output is multiplied by, in the rows' type, and the experts (int64): [rows, experts of a row] both.</returns>
    (Tensor Weights, Tensor Experts) Route(ForwardPass pass, Tensor rows);
}

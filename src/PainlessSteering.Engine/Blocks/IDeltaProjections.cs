using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>What a gated delta network takes of its input.</summary>
/// <param name="Channels">[rows, channels], before the convolution.</param>
/// <param name="Gates">[rows, values], of the output; the caller may write to it.</param>
/// <param name="Rates">[rows, heads], before the sigmoid.</param>
/// <param name="Decays">[rows, heads], before bias and softplus.</param>
internal sealed record DeltaInputs(Tensor Channels, Tensor Gates, Tensor Rates, Tensor Decays);

/// <summary>The projections of a gated delta network in one of the layouts that checkpoints have.</summary>
internal interface IDeltaProjections
{
    /// <param name="rows">[rows, hidden size]</param>
    DeltaInputs Forward(Tensor rows);
}

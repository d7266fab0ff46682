using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>One block: attention and MLP, each behind a norm and added to the residual stream, with the hook points between.</summary>
/// <param name="layer">0-based number.</param>
/// <param name="inputNorm">Before the attention.</param>
/// <param name="attention">The attention.</param>
/// <param name="attentionOutputNorm">Behind it, or null.</param>
/// <param name="mlpNorm">Before the MLP.</param>
/// <param name="mlp">The MLP.</param>
/// <param name="mlpOutputNorm">Behind it, or null.</param>
internal sealed class DecoderBlock(int layer, RmsNorm inputNorm, Attention attention, RmsNorm? attentionOutputNorm, RmsNorm mlpNorm, Mlp mlp, RmsNorm? mlpOutputNorm)
{
    /// <param name="pass">The forward pass.</param>
    /// <param name="input">[rows, hidden size]</param>
    /// <param name="leavesOnly">True in the last block that is needed: token rows end here as keys and values.</param>
    /// <returns>[rows that go on, hidden size]</returns>
    public Tensor Forward(ForwardPass pass, Tensor input, bool leavesOnly)
    {
        using var scope = NewDisposeScope();
        var stream = input;
        Tensor? beside;

        var attended = attention.Forward(pass, layer, inputNorm.Forward(stream), ref stream, leavesOnly);
        beside = stream;
        attended = pass.Visit(layer, HookPoint.AttentionOutput, attended, ref beside);
        attended = attentionOutputNorm?.Forward(attended) ?? attended;
        beside = attended.add_(beside!, Scalars.One); // Sums are written into the fresh operand: new memory costs more than the addition.

        var normed = pass.Visit(layer, HookPoint.MlpInput, mlpNorm.Forward(beside), ref beside);
        var transformed = pass.Visit(layer, HookPoint.MlpOutput, mlp.Forward(normed), ref beside);
        transformed = mlpOutputNorm?.Forward(transformed) ?? transformed;

        Tensor? none = null;
        return pass.Visit(layer, HookPoint.BlockOutput, transformed.add_(beside!, Scalars.One), ref none).MoveToOuterDisposeScope();
    }
}

using PainlessSteering.Engine.Batching;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>A loaded layer. Used by several passes at once; what belongs to a sequence is in its <see cref="ILayerState"/>.</summary>
internal interface IBlock
{
    /// <summary>Runs the parts and visits the hook points between them.</summary>
    /// <param name="pass">The forward pass.</param>
    /// <param name="input">[rows, width of the stream]; not written to.</param>
    /// <param name="leavesOnly">True in the last block that is needed: token rows end here, seen by the leaves.</param>
    /// <returns>[rows that go on, width of the stream], moved to the caller's dispose scope.</returns>
    Tensor Forward(ForwardPass pass, Tensor input, bool leavesOnly);

    /// <summary>What a new sequence keeps in this layer.</summary>
    /// <param name="capacity">Most tokens that it will have.</param>
    ILayerState NewState(int capacity);
}

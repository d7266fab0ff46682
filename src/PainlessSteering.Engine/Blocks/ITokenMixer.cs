using PainlessSteering.Engine.Batching;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>
/// The part of a block in which a token sees the tokens before it: attention, a recurrence, a convolution.
/// </summary>
/// <remarks>
/// <para>The rows of a pass are, in this order, those of the spans (<see cref="PackedBatch.Spans"/>: row <c>FirstRow</c> on) and, from
/// <c>Batch.TokenRows</c> on, the leaves: <c>Layout.LeavesPerPrompt</c> for each prompt, its last token and the rows forked from it
/// (<see cref="PackedBatch"/>, <see cref="RowLayout"/>).</para>
/// <para><b>A span</b> goes on where its parent ended: the parent's rows for keys and values, its end state for a recurrence. Parents come before
/// their children, and several children may go on from one parent, so that what a parent left must not be overwritten. A span without a
/// parent (-1) begins a sequence, or goes on from the sequence's state where the pass has states.</para>
/// <para><b>A leaf</b> sees its prompt's last span (<see cref="PackedBatch.LastSpans"/>; -1 for what a span without a parent goes on from) and
/// itself, but no other leaf. It reads what is before it and writes nothing: leaves by the hundred share one state.</para>
/// <para><b>Branches</b>: where <see cref="PackedBatch.Runs"/> is not null, a leaf is not one row but a run (<see cref="LeafRun"/>): the last token,
/// which sees what a leaf sees, and branches of further tokens, each of which sees that too, the last token of its own leaf and the tokens before it in
/// its own branch. <c>Layout.LeavesOfPrompts</c> tells where a prompt's leaves begin and how long they are. Never together with states.</para>
/// <para><b>With states</b> (<see cref="ForwardPass.States"/>) a batch is either one prompt, with at most one span, or one new token for each of
/// several sequences, without spans; there are no forks. Tokens and leaves are then written to the layer's state of their sequence, behind
/// those that count. They count when the pass has ended: <see cref="ILayerState.Append"/> is called by the model.</para>
/// <para>Weights are only read; a mixer is used by several passes at once. Called in a dispose scope of the block's.</para>
/// </remarks>
internal interface ITokenMixer
{
    /// <param name="pass">The forward pass; its batch and layout say who sees whom.</param>
    /// <param name="normed">[rows, hidden size]: of all rows also where only the leaves go on. Not written to.</param>
    /// <param name="leavesOnly">Whether only the leaves go on: token rows are seen, and their own output is not needed.</param>
    /// <returns>[rows that go on, hidden size], a fresh tensor that the block may write to.</returns>
    Tensor Forward(ForwardPass pass, Tensor normed, bool leavesOnly);

    /// <inheritdoc cref="IBlock.NewState"/>
    ILayerState NewState(int capacity);
}

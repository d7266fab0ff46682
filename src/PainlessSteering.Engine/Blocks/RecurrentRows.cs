using PainlessSteering.Engine.Batching;

namespace PainlessSteering.Engine.Blocks;

/// <summary>Which rows of a pass a recurrence or a convolution goes along.</summary>
internal static class RecurrentRows
{
    /// <summary>For each prompt the first row of its leaves, and the rows of a leaf.</summary>
    public static IEnumerable<(int Prompt, int First, int Run)> Leaves(this ForwardPass pass) =>
        pass.Layout.LeavesOfPrompts().Select((leaves, prompt) => (prompt, pass.Batch.TokenRows + leaves.First, leaves.Run));

    /// <summary>With states the rows of each sequence: all tokens of the only one, or the one new token of each.</summary>
    public static IEnumerable<(RecurrentState State, int First, int Count)> Runs(this ForwardPass pass, IReadOnlyList<SequenceState> states, int layer) =>
        states.Select((state, i) => ((RecurrentState)state[layer], i, pass.Batch.TokenRows + 1));
}

using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Batching;

/// <summary>
/// Which row of a packed forward pass is what: first <see cref="TokenRows"/> rows of prompt tokens (all but each prompt's last),
/// then for each prompt the same number of leaf rows: its last token, followed by the rows forked from it.
/// </summary>
public sealed class RowLayout
{
    internal RowLayout(int tokenRows, int prompts)
    {
        TokenRows = tokenRows;
        Prompts = prompts;
    }

    /// <summary>Rows before the leaves.</summary>
    public int TokenRows { get; private set; }

    /// <summary>Prompts in the batch.</summary>
    public int Prompts { get; }

    /// <summary>Leaf rows of each prompt; 1 + the forks so far.</summary>
    public int LeavesPerPrompt { get; private set; } = 1;

    /// <summary>A view of the leaf rows, [prompts, leaves per prompt, …].</summary>
    public Tensor Leaves(Tensor rows) => WithoutTokens(rows).view([Prompts, LeavesPerPrompt, .. rows.shape[1..]]);

    /// <summary>Drops the token rows of a tensor: what is left of it where only the leaves are still needed.</summary>
    internal Tensor WithoutTokens(Tensor rows) => TokenRows == 0 ? rows : rows.narrow(0, TokenRows, rows.size(0) - TokenRows);

    internal void DropTokens() => TokenRows = 0;

    /// <summary>Copies the first leaf of each prompt <paramref name="count"/> times to the end of its leaves.</summary>
    internal Tensor Fork(Tensor rows, int count)
    {
        if (ForkKernel.TryRun(rows, TokenRows, LeavesPerPrompt, count) is { } forked)
        {
            return forked;
        }

        var pieces = new List<Tensor> { rows.narrow(0, 0, TokenRows) };
        for (var prompt = 0; prompt < Prompts; prompt++)
        {
            var leaves = rows.narrow(0, TokenRows + (prompt * LeavesPerPrompt), LeavesPerPrompt);
            pieces.Add(leaves);
            pieces.Add(leaves.narrow(0, 0, 1).expand(count, rows.size(1)));
        }

        return cat(pieces, 0);
    }

    internal void AddLeaves(int count) => LeavesPerPrompt += count;
}

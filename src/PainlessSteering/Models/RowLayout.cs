using static TorchSharp.torch;

namespace PainlessSteering.Models;

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
    public Tensor Leaves(Tensor rows)
    {
        var shape = rows.shape;
        return rows.narrow(0, TokenRows, shape[0] - TokenRows).view([Prompts, LeavesPerPrompt, .. shape[1..]]);
    }

    /// <summary>Drops the token rows of a tensor: what is left of it where only the leaves are still needed.</summary>
    internal Tensor WithoutTokens(Tensor rows) => rows.narrow(0, TokenRows, rows.shape[0] - TokenRows);

    internal void DropTokens() => TokenRows = 0;

    /// <summary>Copies the first leaf of each prompt <paramref name="count"/> times to the end of its leaves.</summary>
    internal Tensor Fork(Tensor rows, int count)
    {
        using var scope = NewDisposeScope();
        var all = rows.new_empty(TokenRows + (Prompts * (LeavesPerPrompt + count)), rows.shape[1]);
        var into = 0L;
        void Add(Tensor some, long size)
        {
            all.narrow(0, into, size).copy_(some);
            into += size;
        }

        Add(rows.narrow(0, 0, TokenRows), TokenRows);
        for (var prompt = 0; prompt < Prompts; prompt++)
        {
            var leaves = rows.narrow(0, TokenRows + (prompt * LeavesPerPrompt), LeavesPerPrompt);
            Add(leaves, LeavesPerPrompt);
            Add(leaves.narrow(0, 0, 1), count);
        }

        return all.MoveToOuterDisposeScope();
    }

    internal void AddLeaves(int count) => LeavesPerPrompt += count;
}

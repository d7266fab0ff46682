using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Batching;

/// <summary>
/// Which row of a packed forward pass is what: first <see cref="TokenRows"/> rows of prompt tokens (all but each prompt's last),
/// then for each prompt the same number of leaves: its last token, followed by the leaves forked from it. A leaf is one row, or, where a batch has
/// branches, a run of as many rows as the prompt's branches take (<see cref="LeafRun"/>).
/// </summary>
public sealed class RowLayout
{
    private readonly int[]? _runs; // Rows of a leaf of each prompt; null where all are one.

    internal RowLayout(int tokenRows, int prompts, IReadOnlyList<LeafRun>? runs = null)
    {
        TokenRows = tokenRows;
        Prompts = prompts;
        _runs = runs is null ? null : [.. runs.Select(run => run.Rows)];
    }

    /// <summary>Rows before the leaves.</summary>
    public int TokenRows { get; private set; }

    /// <summary>Prompts in the batch.</summary>
    public int Prompts { get; }

    /// <summary>Leaves of each prompt; 1 + the forks so far.</summary>
    public int LeavesPerPrompt { get; private set; } = 1;

    /// <summary>Rows of all leaves.</summary>
    internal int LeafRows => LeavesPerPrompt * (_runs?.Sum() ?? Prompts);

    /// <summary>A view of the leaf rows, [prompts, leaves per prompt, …], where a leaf is one row.</summary>
    /// <exception cref="InvalidOperationException">The batch has branches; see <see cref="LastTokens"/>.</exception>
    public Tensor Leaves(Tensor rows) => _runs is null
        ? WithoutTokens(rows).view([Prompts, LeavesPerPrompt, .. rows.shape[1..]])
        : throw new InvalidOperationException("a leaf of this batch is a run of rows");

    /// <summary>The row of each prompt's last token, unforked, [prompts, …].</summary>
    public Tensor LastTokens(Tensor rows)
    {
        if (_runs is null)
        {
            return Leaves(rows).select(1, 0);
        }

        ArgumentNullException.ThrowIfNull(rows);
        return rows.index_select(0, tensor([.. LeavesOfPrompts().Select(of => (long)(TokenRows + of.First))], device: rows.device));
    }

    /// <summary>Views of all leaf rows, [prompts, leaves per prompt, rows of a leaf, …]: one where a leaf has one row, else one for each prompt.</summary>
    internal IEnumerable<Tensor> Runs(Tensor rows)
    {
        if (_runs is null)
        {
            return [Leaves(rows).unsqueeze(2)];
        }

        var leaves = WithoutTokens(rows);
        return LeavesOfPrompts().Select(of => leaves.narrow(0, of.First, LeavesPerPrompt * of.Run).view([1, LeavesPerPrompt, of.Run, .. rows.shape[1..]]));
    }

    /// <summary>For each prompt its first row among the leaf rows, and the rows of each of its leaves.</summary>
    internal IEnumerable<(int First, int Run)> LeavesOfPrompts()
    {
        var first = 0;
        for (var prompt = 0; prompt < Prompts; prompt++)
        {
            var run = _runs?[prompt] ?? 1;
            yield return (first, run);
            first += run * LeavesPerPrompt;
        }
    }

    /// <summary>Drops the token rows of a tensor: what is left of it where only the leaves are still needed.</summary>
    internal Tensor WithoutTokens(Tensor rows) => TokenRows == 0 ? rows : rows.narrow(0, TokenRows, rows.size(0) - TokenRows);

    internal void DropTokens() => TokenRows = 0;

    /// <summary>Copies the first leaf of each prompt <paramref name="count"/> times to the end of its leaves.</summary>
    internal Tensor Fork(Tensor rows, int count)
    {
        if (ForkKernel.TryRun(rows, TokenRows, LeavesPerPrompt, count, _runs) is { } forked)
        {
            return forked;
        }

        var pieces = new List<Tensor> { rows.narrow(0, 0, TokenRows) };
        foreach (var (first, run) in LeavesOfPrompts())
        {
            var leaves = rows.narrow(0, TokenRows + first, run * LeavesPerPrompt);
            pieces.Add(leaves);
            pieces.Add(leaves.narrow(0, 0, run).unsqueeze(0).expand(count, run, rows.size(1)).reshape(count * run, rows.size(1)));
        }

        return cat(pieces, 0);
    }

    internal void AddLeaves(int count) => LeavesPerPrompt += count;
}

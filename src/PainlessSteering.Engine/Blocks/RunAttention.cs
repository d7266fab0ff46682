using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>Attention of leaves that are runs of rows: all see the memory before the prompt's last token, and each row what its own leaf has before it.</summary>
internal static class RunAttention
{
    /// <param name="attention">Whose heads they are.</param>
    /// <param name="pass">Keeps the masks.</param>
    /// <param name="run">What a leaf consists of.</param>
    /// <param name="position">Of the prompt's last token.</param>
    /// <param name="queries">[leaves x rows of a leaf, heads, head size]</param>
    /// <param name="memory">[tokens, key heads, head size] each: what the last token sees before itself; null for nothing.</param>
    /// <param name="own">[leaves x rows of a leaf, key heads, head size] each.</param>
    /// <param name="mixed">[leaves x rows of a leaf, heads x head size], gets the result.</param>
    public static void Attend(
        DotProductAttention attention, ForwardPass pass, LeafRun run, int position, Tensor queries, (Tensor Keys, Tensor Values)? memory, (Tensor Keys, Tensor Values) own, Tensor mixed)
    {
        using var scope = NewDisposeScope();
        long rows = run.Rows, leaves = queries.size(0) / rows, heads = own.Keys.size(1), size = queries.size(2), group = queries.size(1) / heads;

        // [leaves, key heads, group, rows, keys of the leaf], then as the scores of the memory lie: [key heads, group x leaves x rows, keys of the leaf].
        Tensor OfLeaves(Tensor keysOrValues) => keysOrValues.view(leaves, rows, heads, size).transpose(1, 2).reshape(leaves * heads, rows, size);
        var asked = queries.view(leaves, rows, heads, group, size).permute(0, 2, 3, 1, 4).reshape(leaves * heads, group * rows, size);
        var ownScores = attention.Capped(bmm(asked, OfLeaves(own.Keys).transpose(1, 2))).view(leaves, heads, group, rows, rows)
            .add_(pass.RunMask(run, attention.Reach, position, queries), Scalars.One)
            .permute(1, 2, 0, 3, 4).reshape(heads, group * leaves * rows, rows);
        var seen = memory is { } some ? attention.Scores(attention.Folded(queries), some.Keys) : null;
        if (seen is not null && attention.Reach != default)
        {
            HideWhatIsFarBack(seen.view(heads * group * leaves, rows, -1), run, attention.Reach, position);
        }

        var weights = attention.Softmax(seen is null ? ownScores : cat([seen, ownScores], 2));
        var length = weights.size(2) - rows;
        var ownWeights = weights.narrow(2, length, rows).view(heads, group, leaves, rows, rows).permute(2, 0, 1, 3, 4).reshape(leaves * heads, group * rows, rows);
        var into = mixed.view(leaves, rows, heads, group, size);
        into.copy_(bmm(ownWeights, OfLeaves(own.Values)).view(leaves, heads, group, rows, size).permute(0, 3, 1, 2, 4));
        if (memory is { } held)
        {
            var fromMemory = bmm(weights.narrow(2, 0, length), DotProductAttention.ByHead(held.Values));
            into.add_(fromMemory.view(heads, group, leaves, rows, size).permute(2, 3, 0, 1, 4), Scalars.One);
        }
    }

    /// <summary>The memory is what the last token sees; a row further on sees as much less of its beginning.</summary>
    private static void HideWhatIsFarBack(Tensor scores, LeafRun run, AttentionReach reach, int position)
    {
        var keys = (int)scores.size(2);
        foreach (var (row, depth) in run.Depths.Index())
        {
            var first = position + depth + 1 - reach.Of(position + depth);
            var hidden = Math.Clamp(first - (position - keys), 0, keys);
            if (hidden > 0)
            {
                scores.select(1, row).narrow(1, 0, hidden).fill_(Scalars.MinusInfinity);
            }
        }
    }
}

using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>Gradients of what the rows of a pass see in one layer, for a pass without states and forks.</summary>
/// <param name="attention">The layer's.</param>
/// <param name="pass">The pass, which has to live until the gradients are computed.</param>
internal sealed class AttentionGradient(DotProductAttention attention, ForwardPass pass)
{
    /// <summary>What the rows see, as without gradients.</summary>
    public Tensor Forward(Tensor queries, Tensor keys, Tensor values) => attention.Mixed(pass, queries, keys, values);

    /// <param name="queries">[rows that went on, heads, head size]</param>
    /// <param name="keys">[rows, key heads, head size]</param>
    /// <param name="values">[rows, key heads, head size]</param>
    /// <param name="gradient">[rows that went on, heads x head size], by the result.</param>
    /// <returns>Gradients by the first three, of their shapes and types.</returns>
    public (Tensor Queries, Tensor Keys, Tensor Values) Back(Tensor queries, Tensor keys, Tensor values, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var batch = pass.Batch;
        var byMixed = gradient.view_as(queries);
        var byQueries = empty_like(queries);

        // Many rows add to those of a key, so that there are sums in float32.
        Tensor Sums(Tensor of) => zeros(of.shape, ScalarType.Float32, of.device);
        var (byKeys, byValues) = (Sums(keys), Sums(values));
        void Add((int First, int Count) rows, IReadOnlyList<(int First, int Count)> seen) => Back(
            (Rows(queries, rows), Rows(byMixed, rows)), (DotProductAttention.Join(keys, seen), DotProductAttention.Join(values, seen)), Rows(byQueries, rows), (byKeys, byValues), seen);

        var firstLeaf = (int)queries.size(0) - batch.Prompts;
        for (var i = 0; firstLeaf > 0 && i < batch.Spans.Count; i++)
        {
            Add((batch.Spans[i].FirstRow, batch.Spans[i].Tokens.Length), DotProductAttention.Chain(batch, i));
        }

        for (var prompt = 0; prompt < batch.Prompts; prompt++)
        {
            Add((firstLeaf + prompt, 1), [.. DotProductAttention.Chain(batch, batch.LastSpans[prompt]), (batch.TokenRows + prompt, 1)]);
        }

        return (byQueries.MoveToOuterDisposeScope(), byKeys.to(keys.dtype).MoveToOuterDisposeScope(), byValues.to(values.dtype).MoveToOuterDisposeScope());
    }

    private static Tensor Rows(Tensor of, (int First, int Count) rows) => of.narrow(0, rows.First, rows.Count);

    /// <summary>Of consecutive queries whose own keys are the last of those seen.</summary>
    private void Back(
        (Tensor Queries, Tensor Gradient) given, (Tensor Keys, Tensor Values) seen, Tensor byQueries, (Tensor Keys, Tensor Values) sums, IReadOnlyList<(int First, int Count)> runs)
    {
        using var scope = NewDisposeScope();
        Tensor Sum(Tensor of) => runs.Count == 1 ? Rows(of, runs[0]) : zeros(seen.Keys.shape, of.dtype, of.device);
        var (byKeys, byValues) = (Sum(sums.Keys), Sum(sums.Values));
        foreach (var part in attention.Parts((int)given.Queries.size(0), (int)seen.Keys.size(0)))
        {
            using var inner = NewDisposeScope();
            Tensor Own(Tensor of) => of.narrow(0, part.First, part.Count);
            Tensor Seen(Tensor of) => of.narrow(0, part.Start, part.End - part.Start);
            Tensor queries = attention.Folded(Own(given.Queries)), gradient = attention.Folded(Own(given.Gradient)); // [key heads, group x queries, head size]
            var (keys, values) = (Seen(seen.Keys), Seen(seen.Values));
            var scores = attention.Scores(queries, keys);
            var slope = attention.Cap?.Slope(scores);
            var weights = attention.CausalWeights(pass, scores, new Sight(part.Count, Causal: true, attention.Window));
            Seen(byValues).add_(bmm(weights.transpose(1, 2), gradient).transpose(0, 1), Scalars.One);
            var byScores = bmm(gradient, values.permute(1, 2, 0));
            if (!SoftmaxGradientKernel.TryRun(weights, byScores))
            {
                byScores = (byScores - (byScores * weights).sum(-1, keepdim: true)).mul_(weights);
            }

            byScores = slope is null ? byScores : byScores.mul_(slope);
            var own = attention.Heads(Own(byQueries));
            own.copy_(bmm(byScores, DotProductAttention.ByHead(keys)).view_as(own));
            Seen(byKeys).add_(bmm(byScores.transpose(1, 2), queries).transpose(0, 1), Scalars.One);
        }

        for (int i = 0, first = 0; runs.Count > 1 && i < runs.Count; first += runs[i].Count, i++)
        {
            Rows(sums.Keys, runs[i]).add_(byKeys.narrow(0, first, runs[i].Count), Scalars.One);
            Rows(sums.Values, runs[i]).add_(byValues.narrow(0, first, runs[i].Count), Scalars.One);
        }
    }
}

using PainlessSteering.Models.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Models;

/// <summary>
/// Causal self-attention with grouped key heads over packed rows: each span attends to the spans before it and to itself,
/// each leaf to its prompt's spans and to itself alone.
/// </summary>
internal sealed class Attention(ModelConfig config, Linear query, Linear key, Linear value, Linear output, RmsNorm? queryNorm, RmsNorm? keyNorm)
{
    /// <summary>Bounds the scores held at once: heads x queries x keys, in elements.</summary>
    private const long ScoreBudget = 1L << 24;

    /// <summary>Queries looked at together: few, so that little is computed only to be masked.</summary>
    internal const int CausalStep = 64;

    private readonly SoftCap? _cap = SoftCap.Of(config.ScoreCap);
    private readonly float _scale = (float)(1 / Math.Sqrt(config.QueryScalar ?? config.HeadSize));

    /// <param name="pass">The forward pass; its layout decides who sees whom.</param>
    /// <param name="layer">This block.</param>
    /// <param name="normed">[rows, hidden size]; where the pass goes on with leaves only, the rows dropped are still keys.</param>
    /// <param name="stream">The residual stream, cut to the leaves where only these go on.</param>
    /// <param name="leavesOnly">True in the last block that is needed.</param>
    /// <returns>[rows that go on, hidden size]</returns>
    public Tensor Forward(ForwardPass pass, int layer, Tensor normed, ref Tensor stream, bool leavesOnly)
    {
        var angles = pass.Angles.Count > 1 && config.Windows[layer] is not null ? 1 : 0;
        var keys = Computable(Rotated(key, keyNorm, config.KeyValueHeads, normed, pass.Angles[angles]));
        var values = Computable(value.Forward(normed).view(-1, config.KeyValueHeads, config.HeadSize));
        var tokenRows = pass.Layout.TokenRows;
        if (leavesOnly)
        {
            pass.DropTokens(ref stream, ref normed);
        }

        var queries = Computable(Rotated(query, queryNorm, config.Heads, normed, pass.Angles[angles], _scale));
        var window = config.Windows[layer];
        if (is_grad_enabled() && (queries.requires_grad || keys.requires_grad || values.requires_grad))
        {
            return output.Forward(MixedWithGradients(pass, queries, keys, values, window).to(normed.dtype));
        }

        var mixed = empty([normed.shape[0], config.Heads * config.HeadSize], queries.dtype, queries.device);
        for (var i = 0; i < pass.Batch.Spans.Count; i++)
        {
            var span = pass.Batch.Spans[i];
            var (spanKeys, spanValues) = SpanMemory(pass, layer, i, keys, values);
            if (!leavesOnly)
            {
                AttendCausally(pass, Rows(queries), spanKeys, spanValues, window, Rows(mixed));
                Tensor Rows(Tensor of) => of.narrow(0, span.FirstRow, span.Tokens.Length);
            }
        }

        if (pass.Caches is null)
        {
            AttendAsLeaves(pass, tokenRows, queries, keys, values, window, mixed);
        }
        else
        {
            var own = CachedAttention.Attend(pass, layer, Leaves(queries), OfCache(keys), OfCache(values), window);
            Leaves(mixed).view_as(own).copy_(own);
            Tensor Leaves(Tensor of) => of.narrow(0, pass.Layout.TokenRows, pass.Batch.Prompts);
            Tensor OfCache(Tensor of) => of.narrow(0, tokenRows, pass.Batch.Prompts).to(normed.dtype);
        }

        return output.Forward(mixed.to(normed.dtype));
    }

    /// <summary>In a type whose products the device computes and does not emulate.</summary>
    private static Tensor Computable(Tensor rows) => CpuFeatures.Emulates(rows.dtype, rows.device) ? rows.to(ScalarType.Float32) : rows;

    private static (Tensor Keys, Tensor Values) Computable((Tensor Keys, Tensor Values) memory) => (Computable(memory.Keys), Computable(memory.Values));

    private Tensor Rotated(Linear projection, RmsNorm? norm, int heads, Tensor normed, (Tensor Cosine, Tensor Sine) angles, float factor = 1)
    {
        var projected = projection.Forward(normed).view(-1, heads, config.HeadSize);
        return RotaryEmbedding.Rotate(norm is null ? projected : norm.Forward(projected), angles, factor);
    }

    /// <summary>Keys and values that a span sees, its own at the end.</summary>
    private static (Tensor Keys, Tensor Values) SpanMemory(ForwardPass pass, int layer, int index, Tensor keys, Tensor values)
    {
        if (pass.Caches is { } caches)
        {
            // With caches a batch of spans is one prompt: see CausalLM.Forward.
            var span = pass.Batch.Spans[index];
            caches[0].Write(layer, 0, keys.narrow(0, 0, span.Tokens.Length), values.narrow(0, 0, span.Tokens.Length));
            return Computable(caches[0].Read(layer, caches[0].Length + span.Tokens.Length));
        }

        return Chain(pass.Batch, index, keys, values);
    }

    /// <summary>Keys and values of the tokens before a prompt's last one; null where there are none.</summary>
    private static (Tensor Keys, Tensor Values)? LeafMemory(PackedBatch batch, int prompt, Tensor keys, Tensor values, int? window)
    {
        if (batch.LastSpans[prompt] is not (>= 0 and var last))
        {
            return null;
        }

        var memory = Chain(batch, last, keys, values);
        var hidden = window is { } size ? memory.Keys.shape[0] - (size - 1) : 0;
        return hidden <= 0 ? memory : (memory.Keys[(int)hidden..], memory.Values[(int)hidden..]);
    }

    private static (Tensor Keys, Tensor Values) Chain(PackedBatch batch, int index, Tensor keys, Tensor values)
    {
        var spans = new Stack<PackedBatch.Span>();
        for (var i = index; i >= 0; i = batch.Spans[i].Parent)
        {
            spans.Push(batch.Spans[i]);
        }

        Tensor Join(Tensor rows)
        {
            var parts = spans.Select(span => rows.narrow(0, span.FirstRow, span.Tokens.Length)).ToArray();
            return parts.Length == 1 ? parts[0] : cat(parts, 0);
        }

        return (Join(keys), Join(values));
    }

    /// <summary>Queries of consecutive tokens whose own keys are the last ones given.</summary>
    private void AttendCausally(ForwardPass pass, Tensor queries, Tensor keys, Tensor values, int? window, Tensor mixed)
    {
        int count = (int)queries.shape[0], before = (int)keys.shape[0] - count;
        var step = (int)Math.Clamp(ScoreBudget / (config.Heads * keys.shape[0]), 16, CausalStep);
        for (var from = 0; from < count; from += step)
        {
            using var scope = NewDisposeScope(); // Scores are large: a prompt's must not outlive it.
            var length = Math.Min(step, count - from);
            var end = before + from + length;
            var start = window is { } size ? Math.Max(0, before + from - size + 1) : 0;
            var scores = Scores(queries.narrow(0, from, length), keys.narrow(0, start, end - start)).view(config.KeyValueHeads, -1, length, end - start);
            var weights = CausalWeights(pass, scores, new Sight(length, Causal: true, window)).view(config.KeyValueHeads, -1, end - start);
            Heads(mixed.narrow(0, from, length)).copy_(bmm(weights, ByHead(values.narrow(0, start, end - start))).view(config.KeyValueHeads, -1, length, config.HeadSize));
        }
    }

    /// <param name="pass">Keeps the masks, where they are needed.</param>
    /// <param name="scores">[key heads, group, queries, keys]; written to.</param>
    /// <param name="sight">Which keys each query sees.</param>
    private static Tensor CausalWeights(ForwardPass pass, Tensor scores, Sight sight) => SoftmaxKernel.TryRun(scores, sight)
        ? scores
        : Softmax(scores.add_(pass.CausalMask(sight.Queries, (int)scores.shape[^1], sight.Window, scores), Scalars.One));

    /// <summary>The last token of each prompt and the rows forked from it.</summary>
    private void AttendAsLeaves(ForwardPass pass, int tokenRows, Tensor queries, Tensor keys, Tensor values, int? window, Tensor mixed)
    {
        var leaves = pass.Layout.LeavesPerPrompt;
        for (var prompt = 0; prompt < pass.Batch.Prompts; prompt++)
        {
            var own = (keys.narrow(0, tokenRows + (prompt * leaves), leaves), values.narrow(0, tokenRows + (prompt * leaves), leaves));
            AttendAsLeaves(Rows(queries), LeafMemory(pass.Batch, prompt, keys, values, window), own, Rows(mixed));
            Tensor Rows(Tensor of) => of.narrow(0, pass.Layout.TokenRows + (prompt * leaves), leaves);
        }
    }

    /// <summary>
    /// What all rows see, for a pass without caches, forks or hooks whose gradients are wanted: parts are joined, because autograd
    /// would copy the whole again for every part that is written in place.
    /// </summary>
    private Tensor MixedWithGradients(ForwardPass pass, Tensor queries, Tensor keys, Tensor values, int? window)
    {
        var batch = pass.Batch;
        var parts = new List<Tensor>();
        void Attend(Tensor rows, (Tensor Keys, Tensor Values) seen)
        {
            long count = rows.shape[0], length = seen.Keys.shape[0];
            var scores = Scores(rows, seen.Keys).view(config.KeyValueHeads, -1, count, length);
            var visible = count == 1 && window is null ? scores : scores.add(pass.CausalMask((int)count, (int)length, window, scores), Scalars.One);
            var mixed = bmm(Softmax(visible).view(config.KeyValueHeads, -1, length), ByHead(seen.Values));
            parts.Add(mixed.view(config.KeyValueHeads, -1, count, config.HeadSize).permute(2, 0, 1, 3).reshape(count, config.Heads * config.HeadSize));
        }

        var firstLeaf = (int)queries.shape[0] - batch.Prompts;
        for (var i = 0; firstLeaf > 0 && i < batch.Spans.Count; i++)
        {
            Attend(queries.narrow(0, batch.Spans[i].FirstRow, batch.Spans[i].Tokens.Length), Chain(batch, i, keys, values));
        }

        for (var prompt = 0; prompt < batch.Prompts; prompt++)
        {
            var own = (Keys: keys.narrow(0, batch.TokenRows + prompt, 1), Values: values.narrow(0, batch.TokenRows + prompt, 1));
            var before = batch.LastSpans[prompt] is >= 0 and var last ? Chain(batch, last, keys, values) : ((Tensor Keys, Tensor Values)?)null;
            Attend(queries.narrow(0, firstLeaf + prompt, 1), before is { } seen ? (cat([seen.Keys, own.Keys], 0), cat([seen.Values, own.Values], 0)) : own);
        }

        return cat(parts, 0);
    }

    /// <summary>Rows that see a shared memory and each its own key and value, but not each other.</summary>
    private void AttendAsLeaves(Tensor queries, (Tensor Keys, Tensor Values)? memory, (Tensor Keys, Tensor Values) own, Tensor mixed)
    {
        using var scope = NewDisposeScope();
        var count = queries.shape[0];
        var grouped = queries.view(count, config.KeyValueHeads, -1, config.HeadSize);
        var into = mixed.view_as(grouped);
        if (memory is not { } seen)
        {
            into.copy_(own.Values.unsqueeze(2));
            return;
        }

        var scores = Scores(queries, seen.Keys);
        if (LeafKernel.TryScore(queries, own.Keys) is { } ownScores)
        {
            ownScores = Capped(ownScores);
            SoftmaxKernel.TryRun(scores, new Sight((int)count), ownScores);
            LeafKernel.Mix(bmm(scores, ByHead(seen.Values)), ownScores, own.Values, mixed);
            return;
        }

        var byRow = (grouped * own.Keys.unsqueeze(2)).sum(3); // [rows, key heads, group]
        var weights = Softmax(cat([scores, Capped(byRow).permute(1, 2, 0).reshape(config.KeyValueHeads, -1, 1)], 2));
        var length = seen.Keys.shape[0];
        var fromMemory = bmm(weights.narrow(2, 0, length), ByHead(seen.Values));
        var ownWeights = weights.narrow(2, length, 1).view(config.KeyValueHeads, -1, count).permute(2, 0, 1).unsqueeze(3);
        Heads(mixed).copy_(fromMemory.view(config.KeyValueHeads, -1, count, config.HeadSize));
        into.addcmul_(ownWeights, own.Values.unsqueeze(2), Scalars.One);
    }

    /// <summary>Scores of queries against keys, the heads of a group and the rows folded into one dimension: [key heads, group x rows, keys].</summary>
    private Tensor Scores(Tensor queries, Tensor keys)
    {
        var folded = Heads(queries).reshape(config.KeyValueHeads, -1, config.HeadSize);
        return Capped(bmm(folded, keys.permute(1, 2, 0)));
    }

    private Tensor Capped(Tensor scores) => _cap?.Forward(scores) ?? scores;

    private static Tensor Softmax(Tensor scores) => nn.functional.softmax(scores, -1, ScalarType.Float32).to(scores.dtype);

    /// <summary>[rows, key heads, head size] to [key heads, rows, head size]</summary>
    private static Tensor ByHead(Tensor rows) => rows.transpose(0, 1);

    /// <summary>A view of all heads of rows by their key heads: [key heads, group, rows, head size].</summary>
    private Tensor Heads(Tensor rows) => rows.view(rows.shape[0], config.KeyValueHeads, -1, config.HeadSize).permute(1, 2, 0, 3);
}

using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>
/// What the rows of a pass see of keys and values that they were given: each span the spans before it and itself, each leaf its prompt's spans and
/// itself alone.
/// </summary>
/// <param name="shape">Heads and their sizes.</param>
/// <param name="source">Of the mixer that it serves.</param>
/// <param name="sinks">[heads] float32: a score of each head that takes weight from what is seen and is forgotten; null for none (gpt-oss).</param>
internal sealed class DotProductAttention(AttentionShape shape, PartSource source, Tensor? sinks = null)
{
    /// <summary>Bounds the scores held at once: heads x queries x keys, in elements.</summary>
    private const long ScoreBudget = 1L << 24;

    /// <summary>Queries looked at together: few, so that little is computed only to be masked.</summary>
    internal const int CausalStep = 64;

    private readonly (ScalarType Type, Device Device) _state = (source.DataType, source.Device);
    private readonly int _layer = source.Layer;

    /// <summary>Bounds the scores, where the model does.</summary>
    internal SoftCap? Cap { get; } = SoftCap.Of(shape.ScoreCap);

    /// <summary>How many tokens a token sees, itself included; null for all.</summary>
    internal int? Window => shape.Window;

    /// <summary>How far back a token sees.</summary>
    internal AttentionReach Reach => shape.Reach;

    /// <inheritdoc cref="IBlock.NewState"/>
    public ILayerState NewState(int capacity) => new KeyValueState(capacity, shape, _state.Type, _state.Device);

    /// <summary>What all rows see, in the type of the queries.</summary>
    /// <param name="pass">The forward pass.</param>
    /// <param name="queries">[rows that go on, heads, head size], scaled.</param>
    /// <param name="keys">[rows, key heads, head size]</param>
    /// <param name="values">[rows, key heads, head size]</param>
    /// <returns>[rows that go on, heads x head size]</returns>
    public Tensor Forward(ForwardPass pass, Tensor queries, Tensor keys, Tensor values)
    {
        (queries, keys, values) = (Computable(queries), Computable(keys), Computable(values));
        return is_grad_enabled() && (queries.requires_grad || keys.requires_grad || values.requires_grad)
            ? AttentionFunction.Of(queries, keys, values, new AttentionGradient(this, pass))
            : Mixed(pass, queries, keys, values);
    }

    /// <summary>What all rows see, without gradients.</summary>
    /// <param name="pass">The forward pass.</param>
    /// <param name="queries">[rows that go on, heads, head size]; of the leaves only where the pass goes on with these.</param>
    /// <param name="keys">[rows, key heads, head size]</param>
    /// <param name="values">[rows, key heads, head size]</param>
    /// <returns>[rows that go on, heads x head size]</returns>
    internal Tensor Mixed(ForwardPass pass, Tensor queries, Tensor keys, Tensor values)
    {
        var tokenRows = pass.Batch.TokenRows;
        if (pass.States is not null && tokenRows == 0)
        {
            return AttendToStates(queries).view(queries.size(0), -1);
        }

        var mixed = empty([queries.size(0), shape.Heads * shape.HeadSize], queries.dtype, queries.device);
        var firstLeaf = (int)queries.size(0) - pass.Layout.LeafRows; // 0 where only the leaves go on.
        for (var i = 0; i < pass.Batch.Spans.Count; i++)
        {
            var span = pass.Batch.Spans[i];
            var (spanKeys, spanValues) = SpanMemory(pass, i, keys, values);
            if (firstLeaf > 0)
            {
                AttendCausally(pass, Rows(queries), spanKeys, spanValues, Rows(mixed));
                Tensor Rows(Tensor of) => of.narrow(0, span.FirstRow, span.Tokens.Length);
            }
        }

        if (pass.States is null)
        {
            AttendAsLeaves(pass, firstLeaf, queries, keys, values, mixed);
        }
        else
        {
            var own = AttendToStates(firstLeaf == 0 ? queries : queries.narrow(0, firstLeaf, pass.Batch.Prompts));
            (firstLeaf == 0 ? mixed : mixed.narrow(0, firstLeaf, pass.Batch.Prompts)).view_as(own).copy_(own);
        }

        return mixed;

        Tensor AttendToStates(Tensor leaves) => CachedAttention.Attend(pass, _layer, leaves, OfState(keys), OfState(values), shape.Reach, Cap, sinks);
        Tensor OfType(Tensor of) => of.dtype == _state.Type ? of : of.to(_state.Type); // For one token a call that does nothing would cost as much as some of the work.
        Tensor OfState(Tensor of) => OfType(tokenRows == 0 ? of : of.narrow(0, tokenRows, pass.Batch.Prompts));
    }

    /// <summary>In a type whose products the device computes and does not emulate.</summary>
    private static Tensor Computable(Tensor rows) => CpuFeatures.Emulates(rows.dtype, rows.device) ? rows.to(ScalarType.Float32) : rows;

    private static (Tensor Keys, Tensor Values) Computable((Tensor Keys, Tensor Values) memory) => (Computable(memory.Keys), Computable(memory.Values));

    /// <summary>Keys and values that a span sees, its own at the end.</summary>
    private (Tensor Keys, Tensor Values) SpanMemory(ForwardPass pass, int index, Tensor keys, Tensor values)
    {
        if (pass.States is { } states)
        {
            // With states a batch of spans is one prompt: see ITokenMixer.
            var (span, state) = (pass.Batch.Spans[index], (KeyValueState)states[0][_layer]);
            state.Write(0, keys.narrow(0, 0, span.Tokens.Length), values.narrow(0, 0, span.Tokens.Length));
            return Computable(state.Read(state.Length + span.Tokens.Length));
        }

        var chain = Chain(pass.Batch, index);
        return (Join(keys, chain), Join(values, chain));
    }

    /// <summary>Keys and values of the tokens before a prompt's last one; null where there are none.</summary>
    private (Tensor Keys, Tensor Values)? LeafMemory(PackedBatch batch, int prompt, Tensor keys, Tensor values)
    {
        if (batch.LastSpans[prompt] is not (>= 0 and var last))
        {
            return null;
        }

        var chain = Chain(batch, last);
        var memory = (Keys: Join(keys, chain), Values: Join(values, chain));
        var position = (int)memory.Keys.size(0);
        var hidden = position + 1 - shape.Reach.Of(position);
        return hidden == 0 ? memory : hidden == position ? null : (memory.Keys[hidden..], memory.Values[hidden..]);
    }

    /// <summary>Position of a prompt's last token.</summary>
    private static int Position(PackedBatch batch, int prompt) => Chain(batch, batch.LastSpans[prompt]).Sum(run => run.Count);

    /// <summary>The rows of a span and of all before it, in the order of their positions; none for -1.</summary>
    internal static IReadOnlyList<(int First, int Count)> Chain(PackedBatch batch, int index)
    {
        var runs = new List<(int First, int Count)>();
        for (var i = index; i >= 0; i = batch.Spans[i].Parent)
        {
            runs.Insert(0, (batch.Spans[i].FirstRow, batch.Spans[i].Tokens.Length));
        }

        return runs;
    }

    /// <summary>Some rows as one tensor, a view where they are neighbours.</summary>
    internal static Tensor Join(Tensor rows, IReadOnlyList<(int First, int Count)> runs) =>
        runs.Count == 1 ? rows.narrow(0, runs[0].First, runs[0].Count) : cat([.. runs.Select(run => rows.narrow(0, run.First, run.Count))], 0);

    /// <summary>Parts consecutive queries, whose own keys are the last ones, so that the scores of a part are few and few of them are masked.</summary>
    /// <returns>Queries of each part, and the keys from start to before end that they see.</returns>
    internal IEnumerable<(int First, int Count, int Start, int End)> Parts(int queries, int keys)
    {
        var before = keys - queries;
        var step = (int)Math.Clamp(ScoreBudget / ((long)shape.Heads * keys), 16, CausalStep);
        for (int from = 0, count; from < queries; from += count)
        {
            var position = before + from;
            count = Math.Min(Math.Min(step, queries - from), shape.Reach.Together(position));
            yield return (from, count, position + 1 - shape.Reach.Of(position), position + count);
        }
    }

    /// <summary>Queries of consecutive tokens whose own keys are the last ones given.</summary>
    private void AttendCausally(ForwardPass pass, Tensor queries, Tensor keys, Tensor values, Tensor mixed)
    {
        foreach (var (from, count, start, end) in Parts((int)queries.size(0), (int)keys.size(0)))
        {
            using var scope = NewDisposeScope(); // Scores are large: a prompt's must not outlive it.
            var scores = Scores(Folded(queries.narrow(0, from, count)), keys.narrow(0, start, end - start));
            var weights = CausalWeights(pass, scores, new Sight(count, Causal: true, shape.Window));
            var into = Heads(mixed.narrow(0, from, count));
            into.copy_(bmm(weights, ByHead(values.narrow(0, start, end - start))).view_as(into));
        }
    }

    /// <param name="pass">Keeps the masks, where they are needed.</param>
    /// <param name="scores">[key heads, group x queries, keys]; written to.</param>
    /// <param name="sight">Which keys each query sees.</param>
    /// <returns>The same shape.</returns>
    internal Tensor CausalWeights(ForwardPass pass, Tensor scores, Sight sight)
    {
        if (SoftmaxKernel.TryRun(scores, sight, sinks: sinks))
        {
            return scores;
        }

        var (shape, keys) = (scores.shape, (int)scores.size(-1));
        scores.view(shape[0], -1, sight.Queries, keys).add_(pass.CausalMask(sight.Queries, keys, sight.Window, scores), Scalars.One);
        return Softmax(scores);
    }

    /// <summary>The last token of each prompt and the rows forked from it, which are the rows from <paramref name="firstLeaf"/> on.</summary>
    private void AttendAsLeaves(ForwardPass pass, int firstLeaf, Tensor queries, Tensor keys, Tensor values, Tensor mixed)
    {
        foreach (var (prompt, (first, run)) in pass.Layout.LeavesOfPrompts().Index())
        {
            var (count, memory) = (run * pass.Layout.LeavesPerPrompt, LeafMemory(pass.Batch, prompt, keys, values));
            var own = (keys.narrow(0, pass.Batch.TokenRows + first, count), values.narrow(0, pass.Batch.TokenRows + first, count));
            if (run == 1)
            {
                AttendAsLeaves(Rows(queries), memory, own, Rows(mixed));
            }
            else
            {
                RunAttention.Attend(this, pass, pass.Batch.Runs![prompt], Position(pass.Batch, prompt), Rows(queries), memory, own, Rows(mixed));
            }

            Tensor Rows(Tensor of) => of.narrow(0, firstLeaf + first, count);
        }
    }

    /// <summary>Rows that see a shared memory and each its own key and value, but not each other.</summary>
    private void AttendAsLeaves(Tensor queries, (Tensor Keys, Tensor Values)? memory, (Tensor Keys, Tensor Values) own, Tensor mixed)
    {
        using var scope = NewDisposeScope();
        var count = queries.size(0);
        var grouped = queries.view(count, shape.KeyValueHeads, -1, shape.HeadSize);
        var into = mixed.view_as(grouped);
        if (memory is not { } seen)
        {
            into.copy_(sinks is null ? own.Values.unsqueeze(2) : own.Values.unsqueeze(2) * Capped(OwnScores()).add(sinks.view(shape.KeyValueHeads, -1), Scalars.MinusOne).sigmoid().to(queries.dtype).unsqueeze(3));
            return;
        }

        var scores = Scores(Folded(queries), seen.Keys);
        if (LeafKernel.TryScore(queries, own.Keys) is { } plain && Capped(plain) is var ownScores && SoftmaxKernel.TryRun(scores, new Sight((int)count), ownScores, sinks))
        {
            LeafKernel.Mix(bmm(scores, ByHead(seen.Values)), ownScores, own.Values, mixed);
            return;
        }

        var weights = Softmax(cat([scores, Capped(OwnScores()).permute(1, 2, 0).reshape(shape.KeyValueHeads, -1, 1)], 2));
        var length = seen.Keys.size(0);
        var fromMemory = bmm(weights.narrow(2, 0, length), ByHead(seen.Values));
        var ownWeights = weights.narrow(2, length, 1).view(shape.KeyValueHeads, -1, count).permute(2, 0, 1).unsqueeze(3);
        Heads(mixed).copy_(fromMemory.view(shape.KeyValueHeads, -1, count, shape.HeadSize));
        into.addcmul_(ownWeights, own.Values.unsqueeze(2), Scalars.One);

        Tensor OwnScores() => (grouped * own.Keys.unsqueeze(2)).sum(3); // [rows, key heads, group]
    }

    /// <summary>Scores of folded queries against keys [keys, key heads, head size]: [key heads, group x rows, keys].</summary>
    internal Tensor Scores(Tensor folded, Tensor keys) => Capped(bmm(folded, keys.permute(1, 2, 0)));

    /// <summary>The heads of a group and the rows in one dimension: [key heads, group x rows, head size].</summary>
    internal Tensor Folded(Tensor rows) => Heads(rows).reshape(shape.KeyValueHeads, -1, shape.HeadSize);

    internal Tensor Capped(Tensor scores) => Cap?.Forward(scores) ?? scores;

    /// <summary>Weights of scores [key heads, group x rows, keys].</summary>
    internal Tensor Softmax(Tensor scores)
    {
        var keys = scores.size(2);
        var all = sinks is null ? scores : cat([scores, sinks.view(shape.KeyValueHeads, -1, 1).repeat_interleave(scores.size(1) * shape.KeyValueHeads / shape.Heads, 1).to(scores.dtype)], 2);
        return nn.functional.softmax(all, -1, ScalarType.Float32).narrow(2, 0, keys).to(scores.dtype);
    }

    /// <summary>[rows, key heads, head size] to [key heads, rows, head size]</summary>
    internal static Tensor ByHead(Tensor rows) => rows.transpose(0, 1);

    /// <summary>A view of all heads of rows by their key heads: [key heads, group, rows, head size].</summary>
    internal Tensor Heads(Tensor rows) => rows.view(rows.size(0), shape.KeyValueHeads, -1, shape.HeadSize).permute(1, 2, 0, 3);
}

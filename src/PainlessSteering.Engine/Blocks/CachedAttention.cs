using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>Attention of the last token of each of several sequences to all tokens of its own sequence, which stand in its state.</summary>
internal static unsafe class CachedAttention
{
    /// <summary>Products of a query's and a key's elements that are done sooner than other threads are called.</summary>
    private const long SmallWork = 1 << 16;

    /// <summary>Writes the tokens' own keys and values, and attends.</summary>
    /// <param name="pass">The forward pass.</param>
    /// <param name="layer">This block.</param>
    /// <param name="queries">[sequences, heads, head size], scaled.</param>
    /// <param name="keys">The tokens' own, [sequences, key heads, head size].</param>
    /// <param name="values">The tokens' own, the same shape.</param>
    /// <param name="reach">How far back a token sees.</param>
    /// <param name="cap">Bounds the scores; null for not at all.</param>
    /// <param name="sinks">[heads] float32: a score of each head that takes weight and is forgotten; null for none.</param>
    /// <returns>[sequences, heads, head size]</returns>
    public static Tensor Attend(ForwardPass pass, int layer, Tensor queries, Tensor keys, Tensor values, AttentionReach reach, SoftCap? cap, Tensor? sinks)
    {
        var states = pass.States!;
        var before = pass.Batch.TokenRows; // Rows of this pass that stand before the token; only a single prompt has any.
        var lengths = states.Select(state => state.Length + before + 1).ToArray();
        if (queries.device.type == TorchSharp.DeviceType.CPU)
        {
            ReadOnlySpan<byte> keyRows = keys.bytes, valueRows = values.bytes;
            for (var i = 0; i < states.Count; i++)
            {
                var state = (KeyValueState)states[i][layer];
                var size = state.RowBytes;
                state.WriteRow(before, keyRows.Slice(i * size, size), valueRows.Slice(i * size, size));
            }

            return EachAlone(states, layer, queries, lengths, reach, cap, sinks);
        }

        for (var i = 0; i < states.Count; i++)
        {
            ((KeyValueState)states[i][layer]).Write(before, keys.narrow(0, i, 1), values.narrow(0, i, 1));
        }

        return Padded(states, layer, queries.to(ScalarType.Float32), lengths, reach, cap, sinks);
    }

    /// <summary>Every sequence by itself, its keys and values where they lie: for the CPU.</summary>
    /// <returns>Of the queries' shape and type: float32 or bfloat16.</returns>
    public static Tensor EachAlone(IReadOnlyList<SequenceState> states, int layer, Tensor queries, int[] lengths, AttentionReach reach, SoftCap? cap = null, Tensor? sinks = null)
    {
        var mixed = empty_like(queries);
        int heads = (int)queries.size(1), headSize = (int)queries.size(2), keyHeads = ((KeyValueState)states[0][layer]).KeyHeads;
        var seen = stackalloc Memory[states.Count];
        for (var i = 0; i < states.Count; i++)
        {
            var state = (KeyValueState)states[i][layer];
            var (keys, values) = state.Addresses;
            var count = reach.Of(lengths[i] - 1);
            seen[i] = new Memory { Keys = keys, Values = values, IsWide = state.IsWide, First = lengths[i] - count, Count = count };
        }

        var job = new Job
        {
            Queries = (void*)Libtorch.Address(queries),
            Mixed = (void*)Libtorch.Address(mixed),
            IsWide = queries.dtype == ScalarType.Float32,
            Seen = seen,
            KeyHeads = keyHeads,
            Group = heads / keyHeads,
            HeadSize = headSize,
            Cap = (float)(cap?.Cap ?? 0),
            Sinks = sinks is null ? null : (float*)Libtorch.Address(sinks),
        };
        if (lengths.Sum(length => (long)length) * heads * headSize > SmallWork)
        {
            OpenMP.Run(states.Count * keyHeads, &Attend, &job);
        }
        else
        {
            Attend(&job, 0, states.Count * keyHeads);
        }

        return mixed;
    }

    /// <summary>All sequences in two batched products, the shorter ones padded: for devices on which calls cost more than arithmetic.</summary>
    public static Tensor Padded(IReadOnlyList<SequenceState> states, int layer, Tensor queries, int[] lengths, AttentionReach reach, SoftCap? cap = null, Tensor? sinks = null)
    {
        using var scope = NewDisposeScope();
        var seen = states.Select((state, i) => (Memory: ((KeyValueState)state[layer]).Read(lengths[i]), Count: reach.Of(lengths[i] - 1))).ToArray();
        Tensor Together(Func<(Tensor Keys, Tensor Values), Tensor> part) => nn.utils.rnn.pad_sequence(
            [.. seen.Select(one => part(one.Memory).narrow(0, part(one.Memory).size(0) - one.Count, one.Count))], batch_first: true)
            .to(ScalarType.Float32).transpose(1, 2); // [sequences, key heads, most rows, head size]
        Tensor keys = Together(memory => memory.Keys), values = Together(memory => memory.Values);
        var grouped = queries.view(queries.size(0), keys.size(1), -1, queries.size(2));
        // Made on the device: the host sends nothing up between two blocks.
        var present = nn.utils.rnn.pad_sequence([.. seen.Select(one => ones(one.Count, dtype: ScalarType.Bool, device: queries.device))], batch_first: true);
        var padding = present.logical_not().view(seen.Length, 1, 1, -1);
        var scores = matmul(grouped, keys.transpose(2, 3));
        var bounded = (cap?.Forward(scores) ?? scores).masked_fill(padding, Scalars.MinusInfinity);
        var all = sinks is null ? bounded : cat([bounded, sinks.view(1, keys.size(1), -1, 1).expand(seen.Length, -1, -1, -1)], 3);
        var weights = nn.functional.softmax(all, -1).narrow(3, 0, bounded.size(3));
        return matmul(weights, values).view_as(queries).MoveToOuterDisposeScope();
    }

    /// <summary>Some of the key heads of all sequences, one sequence's after the other's.</summary>
    private static void Attend(void* state, int from, int end)
    {
        ref readonly var job = ref *(Job*)state;
        int size = job.HeadSize, stride = job.KeyHeads * size, elements = job.Group * size;
        var wide = stackalloc float[job.IsWide ? 0 : 2 * elements];
        for (var index = from; index < end; index++)
        {
            var (sequence, head) = Math.DivRem(index, job.KeyHeads);
            ref readonly var seen = ref job.Seen[sequence];
            var first = ((long)seen.First * stride) + (head * size);
            var offset = (long)index * elements;
            var sinks = job.Sinks is null ? null : job.Sinks + (head * job.Group);
            float* queries = (float*)job.Queries + offset, mixed = (float*)job.Mixed + offset;
            if (!job.IsWide)
            {
                queries = wide;
                mixed = wide + elements;
                RowVectors.Widen((ushort*)job.Queries + offset, elements, wide);
            }

            if (seen.IsWide)
            {
                DecodeKernel.Attend(queries, job.Group, (float*)seen.Keys + first, (float*)seen.Values + first, seen.Count, stride, size, job.Cap, sinks, mixed);
            }
            else
            {
                DecodeKernel.Attend(queries, job.Group, (ushort*)seen.Keys + first, (ushort*)seen.Values + first, seen.Count, stride, size, job.Cap, sinks, mixed);
            }

            if (!job.IsWide)
            {
                RowVectors.Narrow(mixed, elements, (ushort*)job.Mixed + offset);
            }
        }
    }

    /// <summary>What one sequence's state holds in a layer, and the rows of it that are seen.</summary>
    private struct Memory
    {
        public nint Keys, Values;
        public bool IsWide;
        public int First, Count;
    }

    private struct Job
    {
        public void* Queries, Mixed; // [sequences, heads, head size]
        public bool IsWide;
        public Memory* Seen;          // [sequences]
        public int KeyHeads, Group, HeadSize;
        public float Cap; // 0 for none.
        public float* Sinks; // [heads], or null.
    }
}

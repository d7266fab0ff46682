using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>
/// The gated delta rule row by row on the CPU and in float32. The columns of a state do not meet, so some of them are taken through all rows
/// while they lie in the nearest cache. A state depends in no bit on how its rows were parted into runs.
/// </summary>
internal static unsafe class DeltaKernel
{
    /// <summary>Columns that are taken together: four vectors, so that eight sums are under way at once.</summary>
    private const int Side = 64;

    /// <summary>Whether the kernel can be run; otherwise libtorch has to do it.</summary>
    public static bool Takes(params ReadOnlySpan<Tensor> tensors)
    {
        foreach (var tensor in tensors)
        {
            if (tensor.dtype != ScalarType.Float32 || !Libtorch.IsPlain(tensor))
            {
                return false;
            }
        }

        return true;
    }

    /// <param name="rows">What the rule takes of each row; the kernel takes them.</param>
    /// <param name="runs">Runs of rows, each behind a state of its own.</param>
    /// <param name="output">[rows, heads, value size] float32, gets what the runs' rows read; null where only the states are wanted.</param>
    public static void Run(DeltaRows rows, ReadOnlySpan<DeltaRun> runs, Tensor? output)
    {
        var job = new Job
        {
            Queries = (float*)Libtorch.Address(rows.Queries),
            Keys = (float*)Libtorch.Address(rows.Keys),
            Values = (float*)Libtorch.Address(rows.Values),
            LogDecays = (float*)Libtorch.Address(rows.LogDecays),
            Rates = (float*)Libtorch.Address(rows.Rates),
            Output = output is null ? null : (float*)Libtorch.Address(output),
            KeyHeads = (int)rows.Keys.size(1),
            KeySize = (int)rows.Keys.size(2),
            Heads = (int)rows.Values.size(1),
            ValueSize = (int)rows.Values.size(2),
        };
        var some = stackalloc Stretch[runs.Length];
        for (var i = 0; i < runs.Length; i++)
        {
            some[i] = new Stretch
            {
                First = runs[i].First,
                Count = runs[i].Count,
                From = runs[i].Before is { } before ? (float*)Libtorch.Address(before) : null,
                Into = (float*)Libtorch.Address(runs[i].Behind),
            };
        }

        job.Runs = some;
        job.Sides = (job.ValueSize + Side - 1) / Side;
        OpenMP.Run(runs.Length * job.Heads * job.Sides, &Work, &job);
    }

    private static void Work(void* state, int first, int end)
    {
        ref readonly var job = ref *(Job*)state;
        var rented = ArrayPool<float>.Shared.Rent((job.KeySize + 1) * Side);
        fixed (float* part = rented)
        {
            for (var index = first; index < end; index++)
            {
                var (run, rest) = Math.DivRem(index, job.Heads * job.Sides);
                var (head, side) = Math.DivRem(rest, job.Sides);
                var columns = Math.Min(Side, job.ValueSize - (side * Side));
                var offset = ((long)head * job.KeySize * job.ValueSize) + (side * Side);
                Load(job.Runs[run].From, offset, columns, job, part);
                Advance(job, job.Runs[run], head, side * Side, columns, part);
                var into = job.Runs[run].Into + offset;
                for (var i = 0; i < job.KeySize; i++)
                {
                    new ReadOnlySpan<float>(part + (i * Side), columns).CopyTo(new Span<float>(into + ((long)i * job.ValueSize), columns));
                }
            }
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    private static void Load(float* from, long offset, int columns, in Job job, float* part)
    {
        if (from is null || columns < Side)
        {
            new Span<float>(part, job.KeySize * Side).Clear(); // Columns that are not there stay zero: a row adds no value to them.
        }

        for (var i = 0; i < job.KeySize && from is not null; i++)
        {
            new ReadOnlySpan<float>(from + offset + ((long)i * job.ValueSize), columns).CopyTo(new Span<float>(part + (i * Side), columns));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Advance(in Job job, in Stretch run, int head, int column, int columns, float* part)
    {
        var (keyHead, size) = (head / (job.Heads / job.KeyHeads), job.KeySize);
        var values = part + (size * Side); // Of the columns, and what the row reads in their place.
        new Span<float>(values, Side).Clear();
        for (var row = run.First; row < run.First + run.Count; row++)
        {
            float* query = job.Queries + (((row * job.KeyHeads) + keyHead) * size), key = job.Keys + (((row * job.KeyHeads) + keyHead) * size);
            var at = (row * job.Heads) + head;
            var valueAt = (at * job.ValueSize) + column;
            new ReadOnlySpan<float>(job.Values + valueAt, columns).CopyTo(new Span<float>(values, columns));
            var decay = Vector512.Create(MathF.Exp(job.LogDecays[at]));
            Vector512<float> k0 = Vector512<float>.Zero, k1 = k0, k2 = k0, k3 = k0, q0 = k0, q1 = k0, q2 = k0, q3 = k0;
            var own = 0f;
            var state = part;
            for (var i = 0; i < size; i++, state += Side)
            {
                Vector512<float> k = Vector512.Create(key[i]), q = Vector512.Create(query[i]);
                Vector512<float> s0 = Vector512.Load(state), s1 = Vector512.Load(state + 16), s2 = Vector512.Load(state + 32), s3 = Vector512.Load(state + 48);
                (k0, k1) = (Vector512.FusedMultiplyAdd(s0, k, k0), Vector512.FusedMultiplyAdd(s1, k, k1));
                (k2, k3) = (Vector512.FusedMultiplyAdd(s2, k, k2), Vector512.FusedMultiplyAdd(s3, k, k3));
                (q0, q1) = (Vector512.FusedMultiplyAdd(s0, q, q0), Vector512.FusedMultiplyAdd(s1, q, q1));
                (q2, q3) = (Vector512.FusedMultiplyAdd(s2, q, q2), Vector512.FusedMultiplyAdd(s3, q, q3));
                own += key[i] * query[i];
            }

            var rate = Vector512.Create(job.Rates[at]);
            Vector512<float> d0 = rate * (Vector512.Load(values) - (decay * k0)), d1 = rate * (Vector512.Load(values + 16) - (decay * k1));
            Vector512<float> d2 = rate * (Vector512.Load(values + 32) - (decay * k2)), d3 = rate * (Vector512.Load(values + 48) - (decay * k3));
            state = part;
            for (var i = 0; i < size; i++, state += Side)
            {
                var k = Vector512.Create(key[i]);
                Vector512.FusedMultiplyAdd(k, d0, decay * Vector512.Load(state)).Store(state);
                Vector512.FusedMultiplyAdd(k, d1, decay * Vector512.Load(state + 16)).Store(state + 16);
                Vector512.FusedMultiplyAdd(k, d2, decay * Vector512.Load(state + 32)).Store(state + 32);
                Vector512.FusedMultiplyAdd(k, d3, decay * Vector512.Load(state + 48)).Store(state + 48);
            }

            if (job.Output is not null)
            {
                // The new state's product with the query, from that of the old one: S'^T q = decay S^T q + (k . q) d.
                var mine = Vector512.Create(own);
                Vector512.FusedMultiplyAdd(mine, d0, decay * q0).Store(values);
                Vector512.FusedMultiplyAdd(mine, d1, decay * q1).Store(values + 16);
                Vector512.FusedMultiplyAdd(mine, d2, decay * q2).Store(values + 32);
                Vector512.FusedMultiplyAdd(mine, d3, decay * q3).Store(values + 48);
                new ReadOnlySpan<float>(values, columns).CopyTo(new Span<float>(job.Output + valueAt, columns));
                if (columns < Side)
                {
                    new Span<float>(values + columns, Side - columns).Clear();
                }
            }
        }
    }

    private struct Stretch
    {
        public long First;
        public int Count;
        public float* From, Into; // [heads, key size, value size]
    }

    private struct Job
    {
        public float* Queries, Keys, Values, LogDecays, Rates, Output;
        public Stretch* Runs;
        public int KeyHeads, KeySize, Heads, ValueSize, Sides;
    }
}

using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>
/// Products of few rows with a weight of 8 bits, on the CPU and in float32. What an integer behind a float's point adds to it is taken off a group's sum
/// by the sum of its inputs. Every row is added up in the same order in any company.
/// </summary>
internal static unsafe class EightBitKernel
{
    /// <summary>Where an integer stands in a float's fraction.</summary>
    public const uint Mask = 0x7F8000;

    /// <summary>The product of rows with a weight.</summary>
    /// <param name="rows">[n, in] float32 or bfloat16.</param>
    /// <param name="weight">The weight.</param>
    /// <param name="bias">[out] of the rows' type, or null.</param>
    /// <returns>[n, out], of the rows' type.</returns>
    public static Tensor Multiply(Tensor rows, in QuantisedKernel.Packed weight, Tensor? bias)
    {
        var into = rows.new_empty(rows.size(0), weight.Outputs);
        int count = (int)rows.size(0), inputs = (int)rows.size(1), padded = weight.Groups * weight.GroupSize, stride = padded + weight.Groups;
        var rented = ArrayPool<float>.Shared.Rent(count * stride);
        fixed (float* wide = rented)
        {
            RowVectors.Widen(rows, wide, stride);
            for (var row = 0; row < count; row++)
            {
                var to = wide + ((long)row * stride);
                new Span<float>(to + inputs, padded - inputs).Clear();
                for (var group = 0; group < weight.Groups; group++)
                {
                    to[padded + group] = Sum(to + (group * weight.GroupSize), weight.GroupSize);
                }
            }

            var job = new Job { Weight = weight, Rows = wide, Count = count, Stride = stride, Into = new RowsInto(into, bias) };
            OpenMP.Run(weight.Blocks, &Run, &job);
        }

        ArrayPool<float>.Shared.Return(rented);
        return into;
    }

    private static void Run(void* state, int first, int end)
    {
        ref readonly var job = ref *(Job*)state;
        for (var block = first; block < end; block++)
        {
            for (var row = 0; row < job.Count; row += FourRows.Count)
            {
                if (row == job.Count - 1)
                {
                    Block<OneRow>(job, block, row);
                }
                else
                {
                    Block<FourRows>(job, block, row);
                }
            }
        }
    }

    /// <summary>A block of outputs for one row or four; where fewer are left, the last takes the place of those that are not there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block<TRows>(in Job job, int block, int row)
        where TRows : IRowCount
    {
        int groups = job.Weight.Groups, size = job.Weight.GroupSize, padded = groups * size, last = job.Count - 1;
        float* a = job.Rows + ((long)row * job.Stride), b = job.Rows + ((long)Math.Min(row + 1, last) * job.Stride);
        float* c = job.Rows + ((long)Math.Min(row + 2, last) * job.Stride), d = job.Rows + ((long)Math.Min(row + 3, last) * job.Stride);
        var words = job.Weight.Words + ((long)block * (padded / 4) * QuantisedLayout.Block);
        var steps = job.Weight.Steps + ((long)block * groups * 2 * QuantisedLayout.Block);
        Vector512<float> sumA = Vector512<float>.Zero, sumB = sumA, sumC = sumA, sumD = sumA;
        for (var group = 0; group < groups; group++, steps += 2 * QuantisedLayout.Block)
        {
            Vector512<float> a0 = Vector512<float>.Zero, a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
            Vector512<float> c0 = a0, c1 = a0, c2 = a0, c3 = a0, d0 = a0, d1 = a0, d2 = a0, d3 = a0;
            for (nint i = group * size, end = i + size; i < end; i += 4, words += QuantisedLayout.Block)
            {
                var word = Vector512.Load(words);
                // Shifts are literals: else the processor would be given them in registers.
                Vector512<float> m0 = QuantisedKernel.Number(word << 15, Mask), m1 = QuantisedKernel.Number(word << 7, Mask);
                Vector512<float> m2 = QuantisedKernel.Number(word >>> 1, Mask), m3 = QuantisedKernel.Number(word >>> 9, Mask);
                a0 = Vector512.FusedMultiplyAdd(m0, Vector512.Create(a[i]), a0);
                a1 = Vector512.FusedMultiplyAdd(m1, Vector512.Create(a[i + 1]), a1);
                a2 = Vector512.FusedMultiplyAdd(m2, Vector512.Create(a[i + 2]), a2);
                a3 = Vector512.FusedMultiplyAdd(m3, Vector512.Create(a[i + 3]), a3);
                if (TRows.Count > 1)
                {
                    b0 = Vector512.FusedMultiplyAdd(m0, Vector512.Create(b[i]), b0);
                    b1 = Vector512.FusedMultiplyAdd(m1, Vector512.Create(b[i + 1]), b1);
                    b2 = Vector512.FusedMultiplyAdd(m2, Vector512.Create(b[i + 2]), b2);
                    b3 = Vector512.FusedMultiplyAdd(m3, Vector512.Create(b[i + 3]), b3);
                    c0 = Vector512.FusedMultiplyAdd(m0, Vector512.Create(c[i]), c0);
                    c1 = Vector512.FusedMultiplyAdd(m1, Vector512.Create(c[i + 1]), c1);
                    c2 = Vector512.FusedMultiplyAdd(m2, Vector512.Create(c[i + 2]), c2);
                    c3 = Vector512.FusedMultiplyAdd(m3, Vector512.Create(c[i + 3]), c3);
                    d0 = Vector512.FusedMultiplyAdd(m0, Vector512.Create(d[i]), d0);
                    d1 = Vector512.FusedMultiplyAdd(m1, Vector512.Create(d[i + 1]), d1);
                    d2 = Vector512.FusedMultiplyAdd(m2, Vector512.Create(d[i + 2]), d2);
                    d3 = Vector512.FusedMultiplyAdd(m3, Vector512.Create(d[i + 3]), d3);
                }
            }

            var (step, start) = QuantisedKernel.Line(8, RowVectors.Wide(steps), RowVectors.Wide(steps + QuantisedLayout.Block));
            sumA = Total(sumA, (a0 + a1) + (a2 + a3), a[padded + group], step, start);
            if (TRows.Count > 1)
            {
                sumB = Total(sumB, (b0 + b1) + (b2 + b3), b[padded + group], step, start);
                sumC = Total(sumC, (c0 + c1) + (c2 + c3), c[padded + group], step, start);
                sumD = Total(sumD, (d0 + d1) + (d2 + d3), d[padded + group], step, start);
            }
        }

        job.Into.Store(sumA, row, block * QuantisedLayout.Block);
        if (TRows.Count > 1)
        {
            job.Into.Store(sumB, Math.Min(row + 1, last), block * QuantisedLayout.Block);
            job.Into.Store(sumC, Math.Min(row + 2, last), block * QuantisedLayout.Block);
            job.Into.Store(sumD, Math.Min(row + 3, last), block * QuantisedLayout.Block);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Total(Vector512<float> before, Vector512<float> group, float inputs, Vector512<float> step, Vector512<float> start) =>
        Vector512.FusedMultiplyAdd(start, Vector512.Create(inputs), Vector512.FusedMultiplyAdd(group, step, before));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Sum(float* numbers, int count)
    {
        var sum = Vector512<float>.Zero;
        for (var i = 0; i < count; i += Vector512<float>.Count)
        {
            sum += Vector512.Load(numbers + i);
        }

        return Vector512.Sum(sum);
    }

    private struct Job
    {
        public QuantisedKernel.Packed Weight;
        public float* Rows;  // [count, inputs filled up to whole groups, then the sum of each group]
        public int Count, Stride;
        public RowsInto Into;
    }
}

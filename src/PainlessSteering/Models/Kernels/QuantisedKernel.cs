using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace PainlessSteering.Models.Kernels;

/// <summary>
/// Products of few rows with a weight of few bits, on the CPU and in float32. An integer q is put behind a float's point, which makes it 1 + q / 2^bits
/// without a conversion; what that adds is taken off a group's sum by the sum of its inputs. Every row is added up in the same order in any company.
/// </summary>
internal static unsafe class QuantisedKernel
{
    /// <summary>Rows that share the unpacking of a word.</summary>
    private const int Together = 4;

    /// <summary>The product of rows with a weight.</summary>
    /// <param name="rows">[n, in] float32 or bfloat16.</param>
    /// <param name="weight">The weight.</param>
    /// <param name="bias">[out] of the rows' type, or null.</param>
    /// <returns>[n, out], of the rows' type.</returns>
    public static Tensor Multiply(Tensor rows, in Packed weight, Tensor? bias)
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
            OpenMP.Run(weight.Blocks, weight.Bits == 4 ? &Run<FourBits> : &Run<EightBits>, &job);
        }

        ArrayPool<float>.Shared.Return(rented);
        return into;
    }

    /// <summary>The weight as numbers.</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="into">[out, in] float32 or bfloat16; gets the numbers.</param>
    public static void Widen(in Packed weight, Tensor into)
    {
        var job = new Job { Weight = weight, Count = (int)into.size(1), Into = new RowsInto(into) };
        OpenMP.Run(weight.Blocks, weight.Bits == 4 ? &Widen<FourBits> : &Widen<EightBits>, &job);
    }

    private static void Run<TBits>(void* state, int first, int end)
        where TBits : IBits
    {
        var job = (Job*)state;
        for (var block = first; block < end; block++)
        {
            for (var row = 0; row < job->Count; row += Together)
            {
                if (row == job->Count - 1)
                {
                    Block<TBits, One>(*job, block, row);
                }
                else
                {
                    Block<TBits, Four>(*job, block, row);
                }
            }
        }
    }

    /// <summary>A block of outputs for one row or four; where fewer are left, the last takes the place of those that are not there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block<TBits, TRows>(in Job job, int block, int row)
        where TBits : IBits
        where TRows : ICount
    {
        int groups = job.Weight.Groups, size = job.Weight.GroupSize, padded = groups * size, last = job.Count - 1;
        float* a = job.Rows + ((long)row * job.Stride), b = job.Rows + ((long)Math.Min(row + 1, last) * job.Stride);
        float* c = job.Rows + ((long)Math.Min(row + 2, last) * job.Stride), d = job.Rows + ((long)Math.Min(row + 3, last) * job.Stride);
        var words = job.Weight.Words + ((long)block * (padded * TBits.Bits / 32) * QuantisedLayout.Block);
        var steps = job.Weight.Steps + ((long)block * groups * 2 * QuantisedLayout.Block);
        Vector512<float> sumA = Vector512<float>.Zero, sumB = sumA, sumC = sumA, sumD = sumA;
        for (var group = 0; group < groups; group++, steps += 2 * QuantisedLayout.Block)
        {
            Vector512<float> a0 = Vector512<float>.Zero, a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
            Vector512<float> c0 = a0, c1 = a0, c2 = a0, c3 = a0, d0 = a0, d1 = a0, d2 = a0, d3 = a0;
            for (nint i = group * size, end = i + size; i < end; words += QuantisedLayout.Block)
            {
                var word = Vector512.Load(words);
                for (var bits = 0; bits < 32; bits += 4 * TBits.Bits, i += 4, word >>>= 4 * TBits.Bits)
                {
                    TBits.Numbers(word, out var m0, out var m1, out var m2, out var m3);
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
            }

            var (step, start) = Line<TBits>(RowVectors.Wide(steps), RowVectors.Wide(steps + QuantisedLayout.Block));
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen<TBits>(void* state, int first, int end)
        where TBits : IBits
    {
        ref readonly var job = ref *(Job*)state;
        int groups = job.Weight.Groups, size = job.Weight.GroupSize, inputs = job.Count, perWord = 32 / TBits.Bits;
        for (var output = first * QuantisedLayout.Block; output < Math.Min(end * QuantisedLayout.Block, job.Weight.Outputs); output++)
        {
            var (block, within) = Math.DivRem(output, QuantisedLayout.Block);
            var words = job.Weight.Words + ((long)block * (groups * size / perWord) * QuantisedLayout.Block) + within;
            var steps = job.Weight.Steps + ((long)block * groups * 2 * QuantisedLayout.Block) + within;
            for (var group = 0; group < groups; group++, steps += 2 * QuantisedLayout.Block)
            {
                var (step, start) = Line<TBits>(Vector512.Create(RowVectors.Number(steps[0])), Vector512.Create(RowVectors.Number(steps[QuantisedLayout.Block])));
                for (var input = group * size; input < Math.Min((group + 1) * size, inputs); input += QuantisedLayout.Block, words += QuantisedLayout.Block * QuantisedLayout.Block / perWord)
                {
                    job.Into.Store(Vector512.FusedMultiplyAdd(TBits.Neighbours(words), step, start), output, input);
                }
            }
        }
    }

    /// <summary>1 + q / 2^bits of the integers q at the top of a float's fraction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Number(Vector512<uint> fractions, uint mask) =>
        ((fractions & Vector512.Create(mask)) | Vector512.Create(1f).AsUInt32()).AsSingle();

    /// <summary>A group's weights as a line: <c>w = step (1 + q / 2^bits) + start</c>, from <c>w = (q - middle) scale + zero</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> Step, Vector512<float> Start) Line<TBits>(Vector512<float> scale, Vector512<float> zero)
        where TBits : IBits => (scale * (1 << TBits.Bits), Vector512.FusedMultiplyAdd(scale, Vector512.Create(-1.5f * (1 << TBits.Bits)), zero));

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

    /// <summary>A weight as the kernel reads it.</summary>
    public readonly struct Packed
    {
        /// <summary>See <see cref="QuantisedLayout"/>.</summary>
        public uint* Words { get; init; }

        /// <summary>[blocks, groups, 2, outputs of a block] bfloat16: scales and zeros.</summary>
        public ushort* Steps { get; init; }

        public int Bits { get; init; }

        public int Blocks { get; init; }

        /// <summary>Without what fills the last block.</summary>
        public int Outputs { get; init; }

        public int Groups { get; init; }

        /// <summary>A multiple of 16.</summary>
        public int GroupSize { get; init; }
    }

    private struct Job
    {
        public Packed Weight;
        public float* Rows;  // [count, inputs filled up to whole groups, then the sum of each group]
        public int Count, Stride;
        public RowsInto Into;
    }

    private interface IBits
    {
        static abstract int Bits { get; }

        /// <summary>The lowest four integers of each of 16 words. Shifts are literals: else the processor would be given them in registers.</summary>
        static abstract void Numbers(Vector512<uint> words, out Vector512<float> first, out Vector512<float> second, out Vector512<float> third, out Vector512<float> fourth);

        /// <summary>Sixteen neighbouring integers of one output, whose words are a block apart.</summary>
        static abstract Vector512<float> Neighbours(uint* words);
    }

    private interface ICount
    {
        static abstract int Count { get; }
    }

    private readonly struct FourBits : IBits
    {
        private const uint Mask = 0x780000;

        public static int Bits => 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Numbers(Vector512<uint> words, out Vector512<float> first, out Vector512<float> second, out Vector512<float> third, out Vector512<float> fourth)
        {
            (first, second) = (Number(words << 19, Mask), Number(words << 15, Mask));
            (third, fourth) = (Number(words << 11, Mask), Number(words << 7, Mask));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Neighbours(uint* words)
        {
            var toTheTop = Vector256.Create(1u << 28, 1 << 24, 1 << 20, 1 << 16, 1 << 12, 1 << 8, 1 << 4, 1);
            return Number(Vector512.Create(words[0] * toTheTop, words[QuantisedLayout.Block] * toTheTop) >>> 9, Mask);
        }
    }

    private readonly struct EightBits : IBits
    {
        private const uint Mask = 0x7F8000;

        public static int Bits => 8;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Numbers(Vector512<uint> words, out Vector512<float> first, out Vector512<float> second, out Vector512<float> third, out Vector512<float> fourth)
        {
            (first, second) = (Number(words << 15, Mask), Number(words << 7, Mask));
            (third, fourth) = (Number(words >>> 1, Mask), Number(words >>> 9, Mask));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Neighbours(uint* words)
        {
            var toTheTop = Vector512.Create(Vector128.Create(1u << 24, 1 << 16, 1 << 8, 1));
            var low = Vector256.Create(Vector128.Create(words[0]), Vector128.Create(words[QuantisedLayout.Block]));
            var high = Vector256.Create(Vector128.Create(words[2 * QuantisedLayout.Block]), Vector128.Create(words[3 * QuantisedLayout.Block]));
            return Number((Vector512.Create(low, high) * toTheTop) >>> 9, Mask);
        }
    }

    private readonly struct One : ICount
    {
        public static int Count => 1;
    }

    private readonly struct Four : ICount
    {
        public static int Count => 4;
    }
}

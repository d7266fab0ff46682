using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using PainlessSteering.Engine.Files.Gguf.Types;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>
/// Rounds weights to integers of few bits, on the CPU: a row is widened into the processor's nearest cache and read from there, so that memory is asked for
/// the weight's bytes once. Every number is that of the same operations of libtorch, to the last bit.
/// </summary>
internal static unsafe class QuantisingKernel
{
    private const int BlocksAtOnce = 8;

    /// <summary>Fills blocks of a weight with the rounded numbers of rows, and what is beyond them with zeros.</summary>
    /// <param name="rows">[n, in] bfloat16, float16 or float32, contiguous, on the CPU.</param>
    /// <param name="into">The weight, with all its blocks; its outputs are the rows.</param>
    public static void Fill(Tensor rows, in QuantisedKernel.Packed into)
    {
        var job = new Job { Rows = (byte*)Libtorch.Address(rows), Inputs = (int)rows.size(1), RowBytes = rows.size(1) * rows.element_size(), Type = rows.dtype, Weight = into };
        var (address, blocks) = ((nint)(&job), into.Blocks); // Beside the reading of a file threads that wait by spinning would be in the way.
        Parallel.For(0, (blocks + BlocksAtOnce - 1) / BlocksAtOnce, part => Run(*(Job*)address, part * BlocksAtOnce, Math.Min((part + 1) * BlocksAtOnce, blocks)));
    }

    private static void Run(in Job job, int first, int end)
    {
        var padded = job.Weight.Groups * job.Weight.GroupSize;
        var rented = ArrayPool<float>.Shared.Rent(padded);
        fixed (float* wide = rented)
        {
            for (var output = first * QuantisedLayout.Block; output < end * QuantisedLayout.Block; output++)
            {
                var present = output < job.Weight.Outputs ? job.Inputs : 0;
                Widen(job.Rows + (output * job.RowBytes), job.Type, present, wide);
                new Span<float>(wide + present, padded - present).Clear();
                var (block, within) = Math.DivRem(output, QuantisedLayout.Block);
                var words = job.Weight.Words + ((long)block * (padded * job.Weight.Bits / 32) * QuantisedLayout.Block) + within;
                var steps = job.Weight.Steps + ((long)block * job.Weight.Groups * 2 * QuantisedLayout.Block) + within;
                if (job.Weight.Bits == 4)
                {
                    FourBits(wide, job.Weight.Groups, job.Weight.GroupSize, words, steps);
                }
                else
                {
                    EightBits(wide, padded, words, steps);
                }
            }
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    private static void Widen(byte* row, ScalarType type, int count, float* wide)
    {
        switch (type)
        {
            case ScalarType.BFloat16:
                RowVectors.Widen((ushort*)row, count, wide);
                break;
            case ScalarType.Float16:
                F16.Widen((ushort*)row, count, wide);
                break;
            default:
                RowVectors.Widen((float*)row, count, wide);
                break;
        }
    }

    /// <summary>An output of 255 steps around 0 that reach its greatest number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightBits(float* row, int count, uint* words, ushort* steps)
    {
        var greatest = Vector512<float>.Zero;
        for (var i = 0; i < count; i += Vector512<float>.Count)
        {
            greatest = Vector512.MaxNative(greatest, Vector512.Abs(Vector512.Load(row + i)));
        }

        steps[0] = RowVectors.Element<ushort>(Greatest(greatest) / 127);
        steps[QuantisedLayout.Block] = 0;
        var step = Divisor(steps[0]);
        for (var i = 0; i < count; i += Vector512<float>.Count, words += 4 * QuantisedLayout.Block)
        {
            var four = Integers(Vector512.Load(row + i), Vector512<float>.Zero, step, 128, 255).AsUInt32();
            words[0] = four[0];
            words[QuantisedLayout.Block] = four[1];
            words[2 * QuantisedLayout.Block] = four[2];
            words[3 * QuantisedLayout.Block] = four[3];
        }
    }

    /// <summary>An output of 16 steps between the least and the greatest number of each group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourBits(float* row, int groups, int size, uint* words, ushort* steps)
    {
        for (var group = 0; group < groups; group++, row += size, steps += 2 * QuantisedLayout.Block)
        {
            Vector512<float> low = Vector512.Load(row), high = low;
            for (var i = Vector512<float>.Count; i < size; i += Vector512<float>.Count)
            {
                var numbers = Vector512.Load(row + i);
                (low, high) = (Vector512.MinNative(low, numbers), Vector512.MaxNative(high, numbers));
            }

            var least = -Greatest(-low);
            steps[0] = RowVectors.Element<ushort>((Greatest(high) - least) / 15);
            steps[QuantisedLayout.Block] = RowVectors.Element<ushort>(least + (8 * RowVectors.Number(steps[0])));
            var (step, zero) = (Divisor(steps[0]), Vector512.Create(RowVectors.Number(steps[QuantisedLayout.Block])));
            for (var i = 0; i < size; i += Vector512<float>.Count, words += 2 * QuantisedLayout.Block)
            {
                var pairs = Integers(Vector512.Load(row + i), zero, step, 8, 15).AsUInt16();
                var packed = Vector128.Narrow(pairs & Vector128.Create((ushort)15) | (pairs >>> 4), Vector128<ushort>.Zero).AsUInt32();
                words[0] = packed[0];
                words[QuantisedLayout.Block] = packed[1];
            }
        }
    }

    /// <summary>A step to divide by: that of numbers that are all the same is 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Divisor(ushort step) => Vector512.Create(RowVectors.Number(step) is > 0 and var divisor ? divisor : 1);

    /// <summary>Sixteen integers as bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Integers(Vector512<float> numbers, Vector512<float> zero, Vector512<float> step, int middle, int greatest)
    {
        var whole = Vector512.ConvertToInt32Native(Vector512.Round((numbers - zero) / step)) + Vector512.Create(middle);
        whole = Vector512.Min(Vector512.Max(whole, Vector512<int>.Zero), Vector512.Create(greatest));
        return Avx512F.IsSupported
            ? Avx512F.ConvertToVector128Byte(whole)
            : Narrowed(Vector256.Narrow(whole.GetLower(), whole.GetUpper()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Narrowed(Vector256<short> sixteen) => Vector128.Narrow(sixteen.GetLower().AsUInt16(), sixteen.GetUpper().AsUInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Greatest(Vector512<float> numbers)
    {
        var eight = Vector256.MaxNative(numbers.GetLower(), numbers.GetUpper());
        var four = Vector128.MaxNative(eight.GetLower(), eight.GetUpper());
        return MathF.Max(MathF.Max(four[0], four[1]), MathF.Max(four[2], four[3]));
    }

    private struct Job
    {
        public byte* Rows;
        public int Inputs;
        public long RowBytes;
        public ScalarType Type;
        public QuantisedKernel.Packed Weight;
    }
}

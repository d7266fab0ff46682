using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>
/// Weights of few bits as numbers, on the CPU. An integer q is put behind a float's point, which makes it 1 + q / 2^bits without a conversion.
/// </summary>
internal static unsafe class QuantisedKernel
{
    /// <summary>The weight as numbers.</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="into">[out, in] float32 or bfloat16; gets the numbers.</param>
    public static void Widen(in Packed weight, Tensor into)
    {
        var job = new Job { Weight = weight, Inputs = (int)into.size(1), Into = new RowsInto(into) };
        OpenMP.Run(weight.Blocks, weight.Bits == 4 ? &Widen<FourBits> : &Widen<EightBits>, &job);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen<TBits>(void* state, int first, int end)
        where TBits : IBits
    {
        ref readonly var job = ref *(Job*)state;
        int groups = job.Weight.Groups, size = job.Weight.GroupSize, inputs = job.Inputs, perWord = 32 / TBits.Bits;
        for (var output = first * QuantisedLayout.Block; output < Math.Min(end * QuantisedLayout.Block, job.Weight.Outputs); output++)
        {
            var (block, within) = Math.DivRem(output, QuantisedLayout.Block);
            var words = job.Weight.Words + ((long)block * (groups * size / perWord) * QuantisedLayout.Block) + within;
            var steps = job.Weight.Steps + ((long)block * groups * 2 * QuantisedLayout.Block) + within;
            for (var group = 0; group < groups; group++, steps += 2 * QuantisedLayout.Block)
            {
                var (step, start) = Line(TBits.Bits, Vector512.Create(RowVectors.Number(steps[0])), Vector512.Create(RowVectors.Number(steps[QuantisedLayout.Block])));
                for (var input = group * size; input < Math.Min((group + 1) * size, inputs); input += QuantisedLayout.Block, words += QuantisedLayout.Block * QuantisedLayout.Block / perWord)
                {
                    job.Into.Store(Vector512.FusedMultiplyAdd(TBits.Neighbours(words), step, start), output, input);
                }
            }
        }
    }

    /// <summary>1 + q / 2^bits of the integers q at the top of a float's fraction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Number(Vector512<uint> fractions, uint mask) =>
        ((fractions & Vector512.Create(mask)) | Vector512.Create(1f).AsUInt32()).AsSingle();

    /// <summary>A group's weights as a line: <c>w = step (1 + q / 2^bits) + start</c>, from <c>w = (q - middle) scale + zero</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> Step, Vector512<float> Start) Line(int bits, Vector512<float> scale, Vector512<float> zero) =>
        (scale * (1 << bits), Vector512.FusedMultiplyAdd(scale, Vector512.Create(-1.5f * (1 << bits)), zero));

    /// <summary>A weight as the kernels read it.</summary>
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
        public int Inputs; // Without what fills the last group.
        public RowsInto Into;
    }

    private interface IBits
    {
        static abstract int Bits { get; }

        /// <summary>Sixteen neighbouring integers of one output, whose words are a block apart.</summary>
        static abstract Vector512<float> Neighbours(uint* words);
    }

    private readonly struct FourBits : IBits
    {
        public static int Bits => 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Neighbours(uint* words)
        {
            var toTheTop = Vector256.Create(1u << 28, 1 << 24, 1 << 20, 1 << 16, 1 << 12, 1 << 8, 1 << 4, 1);
            return Number(Vector512.Create(words[0] * toTheTop, words[QuantisedLayout.Block] * toTheTop) >>> 9, 0x780000);
        }
    }

    private readonly struct EightBits : IBits
    {
        public static int Bits => 8;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Neighbours(uint* words)
        {
            var toTheTop = Vector512.Create(Vector128.Create(1u << 24, 1 << 16, 1 << 8, 1));
            var low = Vector256.Create(Vector128.Create(words[0]), Vector128.Create(words[QuantisedLayout.Block]));
            var high = Vector256.Create(Vector128.Create(words[2 * QuantisedLayout.Block]), Vector128.Create(words[3 * QuantisedLayout.Block]));
            return Number((Vector512.Create(low, high) * toTheTop) >>> 9, EightBitKernel.Mask);
        }
    }
}

using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>
/// Products of few rows with a weight of 4 bits, on the CPU. The inputs of a group are rounded to 16 bits, so that its sum is one of whole numbers:
/// exact, two products an instruction, and most integers of a word are multiplied where they stand, their sum shifted once at the end. Every row is
/// added up in the same order in any company.
/// </summary>
internal static unsafe class FourBitKernel
{
    private const int InputsOfWord = 8, PairsOfWord = InputsOfWord / 2;

    /// <summary>The greatest of a group's inputs becomes this; where it is smaller than the least, all are taken for 0, or the factor might be infinite.</summary>
    private const float Greatest = short.MaxValue, Least = 1e-30f;

    /// <summary>The product of rows with a weight.</summary>
    /// <param name="rows">[n, in] float32 or bfloat16.</param>
    /// <param name="weight">The weight; a group has at most 64 inputs, or its sum might not fit into 32 bits.</param>
    /// <param name="bias">[out] of the rows' type, or null.</param>
    /// <returns>[n, out], of the rows' type.</returns>
    public static Tensor Multiply(Tensor rows, in QuantisedKernel.Packed weight, Tensor? bias)
    {
        var into = rows.new_empty(rows.size(0), weight.Outputs);
        int count = (int)rows.size(0), filled = count == 1 ? 1 : (count + FourRows.Count - 1) / FourRows.Count * FourRows.Count;
        int inputs = (int)rows.size(1), padded = weight.Groups * weight.GroupSize, pairs = padded / 2, lines = 2 * weight.Groups;
        var rented = ArrayPool<float>.Shared.Rent((count * padded) + (filled * (pairs + lines)));
        fixed (float* wide = rented)
        {
            var whole = (int*)(wide + (count * padded));
            var groups = (float*)(whole + (filled * pairs));
            new Span<int>(whole, filled * (pairs + lines)).Clear();
            RowVectors.Widen(rows, wide, padded);
            for (var row = 0; row < count; row++)
            {
                new Span<float>(wide + (row * padded) + inputs, padded - inputs).Clear();
                Round(wide + (row * padded), weight, whole + (row * pairs), groups + (row * lines));
            }

            var job = new Job { Weight = weight, Pairs = whole, Groups = groups, Count = count, Into = new RowsInto(into, bias) };
            OpenMP.Run(weight.Blocks, &Run, &job);
        }

        ArrayPool<float>.Shared.Return(rented);
        return into;
    }

    /// <summary>Products of 16-bit integers, each with its neighbour's added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<int> PairSums(Vector512<short> first, Vector512<short> second) =>
        Avx512BW.IsSupported ? Avx512BW.MultiplyAddAdjacent(first, second)
        : Avx2.IsSupported ? Vector512.Create(Avx2.MultiplyAddAdjacent(first.GetLower(), second.GetLower()), Avx2.MultiplyAddAdjacent(first.GetUpper(), second.GetUpper()))
        : PairSumsAnywhere(first, second);

    /// <summary>The same on any processor.</summary>
    internal static Vector512<int> PairSumsAnywhere(Vector512<short> first, Vector512<short> second)
    {
        Vector512<int> a = first.AsInt32(), b = second.AsInt32();
        return (((a << 16) >> 16) * ((b << 16) >> 16)) + ((a >> 16) * (b >> 16));
    }

    /// <summary>A row's inputs as 16-bit integers, each beside the fourth after it, as a word's halves are; and each group's step and sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Round(float* row, in QuantisedKernel.Packed weight, int* pairs, float* groups)
    {
        for (var group = 0; group < weight.Groups; group++, groups += 2)
        {
            var largest = Vector256<float>.Zero;
            for (var i = 0; i < weight.GroupSize; i += InputsOfWord)
            {
                largest = Vector256.Max(largest, Vector256.Abs(Vector256.Load(row + i)));
            }

            var greatest = 0f;
            for (var i = 0; i < InputsOfWord; i++)
            {
                greatest = MathF.Max(greatest, largest[i]); // Which lets a NaN through, to the group's step.
            }

            var factor = Vector256.Create(greatest > Least ? Greatest / greatest : 0);
            var sum = Vector256<int>.Zero;
            for (var i = 0; i < weight.GroupSize; i += InputsOfWord, row += InputsOfWord, pairs += PairsOfWord)
            {
                var whole = Vector256.ConvertToInt32(Vector256.Round(Vector256.Load(row) * factor));
                ((whole.GetLower() & Vector128.Create(0xFFFF)) | (whole.GetUpper() << 16)).Store(pairs);
                sum += whole;
            }

            (groups[0], groups[1]) = (greatest / Greatest, Vector256.Sum(sum));
        }
    }

    private static void Run(void* state, int first, int end)
    {
        ref readonly var job = ref *(Job*)state;
        var sums = stackalloc float[FourRows.Count * QuantisedLayout.Block];
        for (var block = first; block < end; block++)
        {
            for (var row = 0; row < job.Count; row += FourRows.Count)
            {
                var rows = Math.Min(FourRows.Count, job.Count - row);
                if (job.Count == 1)
                {
                    Multiply<OneRow>(job, block, row, sums);
                }
                else
                {
                    Multiply<FourRows>(job, block, row, sums);
                }

                for (var i = 0; i < rows; i++)
                {
                    job.Into.Store(Vector512.Load(sums + (i * QuantisedLayout.Block)), row + i, block * QuantisedLayout.Block);
                }
            }
        }
    }

    /// <summary>A block of outputs. It calls nothing: all sums stay in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TRows>(in Job job, int block, int row, float* sums)
        where TRows : IRowCount
    {
        int groups = job.Weight.Groups, wordsOfGroup = job.Weight.GroupSize / InputsOfWord, pairs = groups * wordsOfGroup * PairsOfWord;
        int* a = job.Pairs + ((long)row * pairs), b = a + pairs, c = b + pairs, d = c + pairs;
        var lines = job.Groups + ((long)row * 2 * groups);
        var words = job.Weight.Words + ((long)block * groups * wordsOfGroup * QuantisedLayout.Block);
        var steps = job.Weight.Steps + ((long)block * groups * 2 * QuantisedLayout.Block);
        Vector512<float> sumA = Vector512<float>.Zero, sumB = sumA, sumC = sumA, sumD = sumA;
        nint at = 0;
        for (var group = 0; group < groups; group++, steps += 2 * QuantisedLayout.Block, lines += 2)
        {
            Vector512<int> a0 = Vector512<int>.Zero, a1 = a0, a2 = a0, b0 = a0, b1 = a0, b2 = a0, c0 = a0, c1 = a0, c2 = a0, d0 = a0, d1 = a0, d2 = a0;
            for (var word = 0; word < wordsOfGroup; word++, words += QuantisedLayout.Block, at += PairsOfWord)
            {
                var bits = Vector512.Load(words);
                var (first, second) = ((bits & Vector512.Create(0x000F000Fu)).AsInt16(), (bits & Vector512.Create(0x00F000F0u)).AsInt16());
                var (third, fourth) = ((bits & Vector512.Create(0x0F000F00u)).AsInt16(), (bits.AsUInt16() >>> 12).AsInt16());
                Add(ref a0, ref a1, ref a2, first, second, third, fourth, a + at);
                if (TRows.Count > 1)
                {
                    Add(ref b0, ref b1, ref b2, first, second, third, fourth, b + at);
                    Add(ref c0, ref c1, ref c2, first, second, third, fourth, c + at);
                    Add(ref d0, ref d1, ref d2, first, second, third, fourth, d + at);
                }
            }

            // w = (q - 8) scale + zero
            var scale = RowVectors.Wide(steps);
            var start = Vector512.FusedMultiplyAdd(scale, Vector512.Create(-8f), RowVectors.Wide(steps + QuantisedLayout.Block));
            sumA = Total(sumA, a0, a1, a2, scale, start, lines);
            if (TRows.Count > 1)
            {
                sumB = Total(sumB, b0, b1, b2, scale, start, lines + (2 * groups));
                sumC = Total(sumC, c0, c1, c2, scale, start, lines + (4 * groups));
                sumD = Total(sumD, d0, d1, d2, scale, start, lines + (6 * groups));
            }
        }

        sumA.Store(sums);
        if (TRows.Count > 1)
        {
            sumB.Store(sums + QuantisedLayout.Block);
            sumC.Store(sums + (2 * QuantisedLayout.Block));
            sumD.Store(sums + (3 * QuantisedLayout.Block));
        }
    }

    /// <summary>Adds a word's inputs to sums of what stands at the bottom of a half word, 4 bits above and 8 bits above.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        ref Vector512<int> bottom, ref Vector512<int> above, ref Vector512<int> top,
        Vector512<short> first, Vector512<short> second, Vector512<short> third, Vector512<short> fourth, int* pairs)
    {
        bottom += PairSums(first, Vector512.Create(pairs[0]).AsInt16()) + PairSums(fourth, Vector512.Create(pairs[3]).AsInt16());
        above += PairSums(second, Vector512.Create(pairs[1]).AsInt16());
        top += PairSums(third, Vector512.Create(pairs[2]).AsInt16());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Total(
        Vector512<float> before, Vector512<int> bottom, Vector512<int> above, Vector512<int> top, Vector512<float> scale, Vector512<float> start, float* line)
    {
        var whole = Vector512.ConvertToSingle(bottom + (above >> 4) + (top >> 8));
        return Vector512.FusedMultiplyAdd(Vector512.FusedMultiplyAdd(whole, scale, start * line[1]), Vector512.Create(line[0]), before);
    }

    private struct Job
    {
        public QuantisedKernel.Packed Weight;
        public int* Pairs;    // [count filled up, inputs / 2]: 16 bits each
        public float* Groups; // [count filled up, groups, 2]: a group's step, and the sum of its integers
        public int Count;
        public RowsInto Into;
    }
}

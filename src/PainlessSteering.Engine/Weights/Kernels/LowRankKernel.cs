using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>
/// Products of many rows with a factor of few, on the CPU: as matrix products they take several passes over the rows, and in bfloat16 float32 copies of
/// them. Rows are float32 or bfloat16; factors, what is between them and sums are float32.
/// </summary>
internal static unsafe class LowRankKernel
{
    /// <summary>Factors of more rows are left to libtorch: they would not stay in the processor's nearest memory.</summary>
    private const int MostRank = 64;

    /// <summary>Rows of a factor computed with at once, each sum in registers; a factor is filled up to a multiple with zeros.</summary>
    private const int Together = 4;

    /// <summary>Rows whose sums are written at once.</summary>
    private const int RowsTogether = 64;

    /// <summary>Whether the kernel can be run; else libtorch has to do it.</summary>
    /// <param name="rows">[rows, size]</param>
    /// <param name="rank">Rows of the factor.</param>
    public static bool Takes(Tensor rows, long rank) => rank <= MostRank && rows.dim() == 2 && rows.size(1) % RowVectors.Count == 0 && Libtorch.IsPlain(rows);

    /// <summary><c>rows factorᵀ</c></summary>
    /// <param name="rows">[rows, size]</param>
    /// <param name="factor">[rank, size], in any order in memory.</param>
    /// <returns>[rows, rank] float32</returns>
    public static Tensor Product(Tensor rows, Tensor factor)
    {
        var sizes = new Sizes(rows, factor);
        var low = empty([sizes.Rows, sizes.Rank], ScalarType.Float32);
        using var ordered = new OrderedFactor(factor, Together, rows.dtype);
        ordered.Read();
        var (x, into) = (Libtorch.Address(rows), Libtorch.Address(low));
        if (rows.dtype == ScalarType.Float32)
        {
            Product((float*)x, ordered.Numbers, (float*)into, sizes);
        }
        else
        {
            Product((ushort*)x, ordered.Numbers, (float*)into, sizes);
        }

        return low;
    }

    /// <summary>Adds <c>scale low factor</c> to the rows.</summary>
    /// <param name="rows">[rows, size]; written to.</param>
    /// <param name="low">[rows, rank] float32</param>
    /// <param name="factor">[rank, size], in any order in memory.</param>
    /// <param name="scale">A number.</param>
    public static void Add(Tensor rows, Tensor low, Tensor factor, float scale)
    {
        var sizes = new Sizes(rows, factor);
        using var ordered = new OrderedFactor(factor, Together, rows.dtype);
        ordered.Read();
        var (x, from) = (Libtorch.Address(rows), Libtorch.Address(low));
        if (rows.dtype == ScalarType.Float32)
        {
            Add((float*)x, (float*)from, ordered.Numbers, scale, sizes);
        }
        else
        {
            Add((ushort*)x, (float*)from, ordered.Numbers, scale, sizes);
        }
    }

    /// <summary><c>scale lowᵀ rows</c>: the gradient by a factor.</summary>
    /// <param name="low">[rows, rank] float32</param>
    /// <param name="rows">[rows, size]</param>
    /// <param name="scale">A number.</param>
    /// <param name="into">[rank, size] float32, in any order in memory; written to.</param>
    public static void Outer(Tensor low, Tensor rows, float scale, Tensor into)
    {
        var sizes = new Sizes(rows, into);
        using var ordered = new OrderedFactor(into, Together, rows.dtype);
        ordered.Clear();
        var (x, from) = (Libtorch.Address(rows), Libtorch.Address(low));
        if (rows.dtype == ScalarType.Float32)
        {
            Outer((float*)from, (float*)x, ordered.Numbers, sizes);
        }
        else
        {
            Outer((float*)from, (ushort*)x, ordered.Numbers, sizes);
        }

        ordered.Write(scale);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Product<T>(T* x, float* factor, float* into, Sizes sizes)
        where T : unmanaged
    {
        for (var row = 0; row < sizes.Rows; row++, x += sizes.Size, into += sizes.Rank)
        {
            for (var j = 0; j < sizes.Rank; j += Together)
            {
                float* f0 = factor + ((long)j * sizes.Size), f1 = f0 + sizes.Size, f2 = f1 + sizes.Size, f3 = f2 + sizes.Size;
                Vector256<float> a0 = Vector256<float>.Zero, a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
                for (var i = 0; i < sizes.Size; i += RowVectors.Count)
                {
                    var half = i + Vector256<float>.Count;
                    RowVectors.Load(x + i, out var a, out var b);
                    a0 = Vector256.FusedMultiplyAdd(a, Vector256.Load(f0 + i), a0);
                    a1 = Vector256.FusedMultiplyAdd(a, Vector256.Load(f1 + i), a1);
                    a2 = Vector256.FusedMultiplyAdd(a, Vector256.Load(f2 + i), a2);
                    a3 = Vector256.FusedMultiplyAdd(a, Vector256.Load(f3 + i), a3);
                    b0 = Vector256.FusedMultiplyAdd(b, Vector256.Load(f0 + half), b0);
                    b1 = Vector256.FusedMultiplyAdd(b, Vector256.Load(f1 + half), b1);
                    b2 = Vector256.FusedMultiplyAdd(b, Vector256.Load(f2 + half), b2);
                    b3 = Vector256.FusedMultiplyAdd(b, Vector256.Load(f3 + half), b3);
                }

                var sums = Vector128.Create(Vector256.Sum(a0 + b0), Vector256.Sum(a1 + b1), Vector256.Sum(a2 + b2), Vector256.Sum(a3 + b3));
                for (var k = 0; k < Together && j + k < sizes.Rank; k++)
                {
                    into[j + k] = sums[k];
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<T>(T* x, float* low, float* factor, float scale, Sizes sizes)
        where T : unmanaged
    {
        var numbers = stackalloc float[MostRank];
        for (var row = 0; row < sizes.Rows; row++, x += sizes.Size, low += sizes.Rank)
        {
            for (var j = 0; j < sizes.Rank; j++)
            {
                numbers[j] = scale * low[j];
            }

            for (var i = 0; i < sizes.Size; i += RowVectors.Count)
            {
                RowVectors.Load(x + i, out var a, out var b);
                var f = factor + i;
                for (var j = 0; j < sizes.Rank; j++, f += sizes.Size)
                {
                    var number = Vector256.Create(numbers[j]);
                    a = Vector256.FusedMultiplyAdd(number, Vector256.Load(f), a);
                    b = Vector256.FusedMultiplyAdd(number, Vector256.Load(f + Vector256<float>.Count), b);
                }

                RowVectors.Store(a, b, x + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Outer<T>(float* low, T* x, float* into, Sizes sizes)
        where T : unmanaged
    {
        var numbers = stackalloc float[RowsTogether * Together];
        for (var first = 0; first < sizes.Rows; first += RowsTogether, x += (long)RowsTogether * sizes.Size, low += RowsTogether * sizes.Rank)
        {
            var rows = Math.Min(RowsTogether, sizes.Rows - first);
            for (var j = 0; j < sizes.Rank; j += Together)
            {
                for (var k = 0; k < rows * Together; k++)
                {
                    var column = j + (k % Together);
                    numbers[k] = column < sizes.Rank ? low[(k / Together * sizes.Rank) + column] : 0;
                }

                float* f0 = into + ((long)j * sizes.Size), f1 = f0 + sizes.Size, f2 = f1 + sizes.Size, f3 = f2 + sizes.Size;
                for (var i = 0; i < sizes.Size; i += RowVectors.Count)
                {
                    var half = i + Vector256<float>.Count;
                    Vector256<float> a0 = Vector256.Load(f0 + i), a1 = Vector256.Load(f1 + i), a2 = Vector256.Load(f2 + i), a3 = Vector256.Load(f3 + i);
                    Vector256<float> b0 = Vector256.Load(f0 + half), b1 = Vector256.Load(f1 + half), b2 = Vector256.Load(f2 + half), b3 = Vector256.Load(f3 + half);
                    T* at = x + i;
                    var number = numbers;
                    for (var row = 0; row < rows; row++, at += sizes.Size, number += Together)
                    {
                        RowVectors.Load(at, out var a, out var b);
                        Vector256<float> n0 = Vector256.Create(number[0]), n1 = Vector256.Create(number[1]), n2 = Vector256.Create(number[2]), n3 = Vector256.Create(number[3]);
                        (a0, b0) = (Vector256.FusedMultiplyAdd(n0, a, a0), Vector256.FusedMultiplyAdd(n0, b, b0));
                        (a1, b1) = (Vector256.FusedMultiplyAdd(n1, a, a1), Vector256.FusedMultiplyAdd(n1, b, b1));
                        (a2, b2) = (Vector256.FusedMultiplyAdd(n2, a, a2), Vector256.FusedMultiplyAdd(n2, b, b2));
                        (a3, b3) = (Vector256.FusedMultiplyAdd(n3, a, a3), Vector256.FusedMultiplyAdd(n3, b, b3));
                    }

                    a0.Store(f0 + i);
                    a1.Store(f1 + i);
                    a2.Store(f2 + i);
                    a3.Store(f3 + i);
                    b0.Store(f0 + half);
                    b1.Store(f1 + half);
                    b2.Store(f2 + half);
                    b3.Store(f3 + half);
                }
            }
        }
    }

    private readonly struct Sizes(Tensor rows, Tensor factor)
    {
        public int Rows { get; } = (int)rows.size(0);

        public int Size { get; } = (int)rows.size(1);

        public int Rank { get; } = (int)factor.size(0);
    }
}

using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>
/// Attention of one query token to the keys and values of its sequence, on the CPU and in float32. It reads the cache where it
/// lies, in any number of sequences side by side without padding, and what it gives one sequence does not depend on the others.
/// </summary>
internal static unsafe class DecodeKernel
{
    /// <summary>Rows looked at together, for all heads that share them: few enough for the first-level cache.</summary>
    private const int Block = 64;

    /// <summary>Rows in one loop: each element of a query is loaded once for all of them.</summary>
    private const int Unrolled = 4;

    /// <summary>All heads that share one key head.</summary>
    /// <param name="queries">[group, head size], scaled.</param>
    /// <param name="group">Heads.</param>
    /// <param name="keys">First row of the key head.</param>
    /// <param name="values">First row of the value head.</param>
    /// <param name="count">Rows of the sequence.</param>
    /// <param name="stride">Elements from a row to the next.</param>
    /// <param name="headSize">Elements of a head.</param>
    /// <param name="cap">Scores s become cap * tanh(s / cap); 0 for no cap.</param>
    /// <param name="sinks">[group]: a score of each head that takes weight and is forgotten; null for none.</param>
    /// <param name="mixed">[group, head size]: gets the sums of the values, weighted by the softmax of the scores.</param>
    /// <typeparam name="T">float, or ushort for bfloat16.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Attend<T>(float* queries, int group, T* keys, T* values, int count, int stride, int headSize, float cap, float* sinks, float* mixed)
        where T : unmanaged
    {
        var rented = ArrayPool<float>.Shared.Rent((group * count) + (Block * headSize) + count + RowVectors.Count);
        fixed (float* scores = rented)
        {
            float* wide = scores + (group * count), weights = wide + (Block * headSize);
            for (var from = 0; from < count; from += Block)
            {
                var rows = Math.Min(Block, count - from);
                var block = Widened(keys + ((long)from * stride), rows, stride, headSize, wide, out var step);
                for (var head = 0; head < group; head++)
                {
                    Dots(queries + (head * headSize), block, rows, step, headSize, scores + (head * count) + from);
                }
            }

            if (cap > 0)
            {
                Bound(scores, group * count, cap);
            }

            new Span<float>(mixed, group * headSize).Clear();
            for (var head = 0; head < group; head++)
            {
                SoftmaxKernel.Run(scores + (head * count), count, null, weights, sinks is null ? float.NegativeInfinity : sinks[head]);
            }

            for (var from = 0; from < count; from += Block)
            {
                var rows = Math.Min(Block, count - from);
                var block = Widened(values + ((long)from * stride), rows, stride, headSize, wide, out var step);
                for (var head = 0; head < group; head++)
                {
                    AddWeighted(scores + (head * count) + from, block, rows, step, headSize, mixed + (head * headSize));
                }
            }
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    /// <summary>Bounds numbers by tanh y = 1 - 2 / (e^2y + 1). Whole vectors: what stands behind the last number is lost.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Bound(float* numbers, int count, float cap)
    {
        Vector256<float> most = Vector256.Create(cap), twice = Vector256.Create(2 / cap), two = Vector256.Create(2f);
        for (var i = 0; i < count; i += RowVectors.Count)
        {
            RowVectors.Load(numbers + i, out var first, out var second);
            (first, second) = Exponential.Of(first * twice, second * twice);
            RowVectors.Store(most - (most * two / (first + Vector256<float>.One)), most - (most * two / (second + Vector256<float>.One)), numbers + i);
        }
    }

    /// <summary>Rows as float32, <paramref name="step"/> apart: as they lie where they are, else in <paramref name="wide"/>.</summary>
    private static float* Widened<T>(T* rows, int count, int stride, int headSize, float* wide, out int step)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            step = stride;
            return (float*)rows;
        }

        step = headSize;
        for (var row = 0; row < count; row++)
        {
            RowVectors.Widen(rows + ((long)row * stride), headSize, wide + (row * headSize));
        }

        return wide;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dots(float* query, float* rows, int count, int step, int size, float* dots)
    {
        var row = 0;
        for (; row <= count - Unrolled; row += Unrolled)
        {
            float* a = rows + (row * step), b = a + step, c = b + step, d = c + step;
            Vector<float> sumA = Vector<float>.Zero, sumB = sumA, sumC = sumA, sumD = sumA;
            var i = 0;
            for (; i <= size - Vector<float>.Count; i += Vector<float>.Count)
            {
                var element = Vector.Load(query + i);
                sumA = Vector.FusedMultiplyAdd(Vector.Load(a + i), element, sumA);
                sumB = Vector.FusedMultiplyAdd(Vector.Load(b + i), element, sumB);
                sumC = Vector.FusedMultiplyAdd(Vector.Load(c + i), element, sumC);
                sumD = Vector.FusedMultiplyAdd(Vector.Load(d + i), element, sumD);
            }

            dots[row] = Vector.Sum(sumA) + Rest(query, a, i, size);
            dots[row + 1] = Vector.Sum(sumB) + Rest(query, b, i, size);
            dots[row + 2] = Vector.Sum(sumC) + Rest(query, c, i, size);
            dots[row + 3] = Vector.Sum(sumD) + Rest(query, d, i, size);
        }

        for (; row < count; row++)
        {
            dots[row] = Rest(query, rows + (row * step), 0, size);
        }
    }

    private static float Rest(float* a, float* b, int from, int size)
    {
        var sum = 0f;
        for (var i = from; i < size; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>Adds rows to the sum, each times its weight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddWeighted(float* weights, float* rows, int count, int step, int size, float* sum)
    {
        var row = 0;
        for (; row <= count - Unrolled; row += Unrolled)
        {
            float* a = rows + (row * step), b = a + step, c = b + step, d = c + step;
            float weightA = weights[row], weightB = weights[row + 1], weightC = weights[row + 2], weightD = weights[row + 3];
            var i = 0;
            for (; i <= size - Vector<float>.Count; i += Vector<float>.Count)
            {
                var added = Vector.FusedMultiplyAdd(Vector.Load(a + i), new Vector<float>(weightA), Vector.Load(sum + i));
                added = Vector.FusedMultiplyAdd(Vector.Load(b + i), new Vector<float>(weightB), added);
                added = Vector.FusedMultiplyAdd(Vector.Load(c + i), new Vector<float>(weightC), added);
                Vector.FusedMultiplyAdd(Vector.Load(d + i), new Vector<float>(weightD), added).Store(sum + i);
            }

            for (; i < size; i++)
            {
                sum[i] += (a[i] * weightA) + (b[i] * weightB) + (c[i] * weightC) + (d[i] * weightD);
            }
        }

        for (; row < count; row++)
        {
            for (var i = 0; i < size; i++)
            {
                sum[i] += rows[(row * step) + i] * weights[row];
            }
        }
    }
}

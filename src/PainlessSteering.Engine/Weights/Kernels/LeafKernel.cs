using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>What leaves see besides the memory that they share, each its own key and value, on the CPU and without gradients.</summary>
internal static unsafe class LeafKernel
{
    /// <summary>The score of each head's query with the row's own key, or null where libtorch has to compute it.</summary>
    /// <param name="queries">[rows, heads, head size]</param>
    /// <param name="keys">[rows, key heads, head size], of the same type.</param>
    /// <returns>[key heads, group, rows], of the same type.</returns>
    public static Tensor? TryScore(Tensor queries, Tensor keys)
    {
        if (queries.dtype != keys.dtype || !Libtorch.IsPlain(queries) || !Libtorch.IsPlain(keys))
        {
            return null;
        }

        var shape = new Shape(queries, keys);
        var scores = queries.new_empty(shape.KeyHeads, shape.Group, shape.Rows);
        var (q, k, into) = (Libtorch.Address(queries), Libtorch.Address(keys), Libtorch.Address(scores));
        if (queries.dtype == ScalarType.Float32)
        {
            Score((float*)q, (float*)k, (float*)into, shape);
        }
        else
        {
            Score((ushort*)q, (ushort*)k, (ushort*)into, shape);
        }

        return scores;
    }

    /// <summary>Adds to what leaves have from the memory what they have from themselves, and turns it row by row.</summary>
    /// <param name="memory">[key heads, group x rows, head size]: the weighted values of the memory.</param>
    /// <param name="weights">[key heads, group, rows]: of the own values.</param>
    /// <param name="values">[rows, key heads, head size]: the own ones.</param>
    /// <param name="mixed">[rows, heads x head size]: gets the sums. All are of one type and as <see cref="TryScore"/> would take them.</param>
    public static void Mix(Tensor memory, Tensor weights, Tensor values, Tensor mixed)
    {
        var shape = new Shape(mixed.view(mixed.size(0), -1, values.size(2)), values);
        var (m, w, v, into) = (Libtorch.Address(memory), Libtorch.Address(weights), Libtorch.Address(values), Libtorch.Address(mixed));
        if (mixed.dtype == ScalarType.Float32)
        {
            Mix((float*)m, (float*)w, (float*)v, (float*)into, shape);
        }
        else
        {
            Mix((ushort*)m, (ushort*)w, (ushort*)v, (ushort*)into, shape);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Score<T>(T* queries, T* keys, T* into, Shape shape)
        where T : unmanaged
    {
        for (var row = 0; row < shape.Rows; row++)
        {
            for (var head = 0; head < shape.KeyHeads * shape.Group; head++, queries += shape.HeadSize)
            {
                into[((long)head * shape.Rows) + row] = RowVectors.Element<T>(Dot(queries, keys + (((row * shape.KeyHeads) + (head / shape.Group)) * shape.HeadSize), shape.HeadSize));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mix<T>(T* memory, T* weights, T* values, T* into, Shape shape)
        where T : unmanaged
    {
        for (var row = 0; row < shape.Rows; row++)
        {
            for (var head = 0; head < shape.KeyHeads * shape.Group; head++, into += shape.HeadSize)
            {
                var at = ((long)head * shape.Rows) + row;
                T* own = values + (((row * shape.KeyHeads) + (head / shape.Group)) * shape.HeadSize), seen = memory + (at * shape.HeadSize);
                var weight = Vector256.Create(RowVectors.Number(weights[at]));
                var i = 0;
                for (; i <= shape.HeadSize - RowVectors.Count; i += RowVectors.Count)
                {
                    RowVectors.Load(own + i, out var a, out var aToo);
                    RowVectors.Load(seen + i, out var b, out var bToo);
                    RowVectors.Store(Vector256.FusedMultiplyAdd(a, weight, b), Vector256.FusedMultiplyAdd(aToo, weight, bToo), into + i);
                }

                for (; i < shape.HeadSize; i++)
                {
                    into[i] = RowVectors.Element<T>(MathF.FusedMultiplyAdd(RowVectors.Number(own[i]), weight[0], RowVectors.Number(seen[i])));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Dot<T>(T* a, T* b, int size)
        where T : unmanaged
    {
        Vector256<float> sum = Vector256<float>.Zero, sumToo = sum;
        var i = 0;
        for (; i <= size - RowVectors.Count; i += RowVectors.Count)
        {
            RowVectors.Load(a + i, out var x, out var xToo);
            RowVectors.Load(b + i, out var y, out var yToo);
            (sum, sumToo) = (Vector256.FusedMultiplyAdd(x, y, sum), Vector256.FusedMultiplyAdd(xToo, yToo, sumToo));
        }

        var all = Vector256.Sum(sum + sumToo);
        for (; i < size; i++)
        {
            all += RowVectors.Number(a[i]) * RowVectors.Number(b[i]);
        }

        return all;
    }

    /// <summary>Sizes of queries and the keys that groups of them share.</summary>
    private readonly struct Shape(Tensor queries, Tensor keys)
    {
        public int Rows { get; } = (int)queries.size(0);

        public int KeyHeads { get; } = (int)keys.size(1);

        public int Group { get; } = (int)(queries.size(1) / keys.size(1));

        public int HeadSize { get; } = (int)queries.size(2);
    }
}

using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>
/// Softmax of scores on the CPU, without gradients: in place, computed in float32, and keys that a query may not see are left out instead of being
/// hidden by a sum with minus infinity.
/// </summary>
internal static unsafe class SoftmaxKernel
{
    /// <param name="scores">[…, queries, keys]; gets the weights.</param>
    /// <param name="sight">Which keys each query sees.</param>
    /// <param name="own">The score of one more key for each row of scores, which gets its weight; or null.</param>
    /// <param name="sinks">[heads] float32: for each head one more score, which takes weight from the others and is forgotten; the heads' rows of scores follow one another. Or null.</param>
    /// <returns>False where libtorch has to do it; nothing was written.</returns>
    public static bool TryRun(Tensor scores, Sight sight, Tensor? own = null, Tensor? sinks = null)
    {
        if (!Libtorch.IsPlain(scores) || !(own is null || Libtorch.IsPlain(own)))
        {
            return false;
        }

        var (at, ownAt, sinksAt, keys) = (Libtorch.Address(scores), own is null ? 0 : Libtorch.Address(own), sinks is null ? 0 : Libtorch.Address(sinks), (int)scores.size(-1));
        var rented = ArrayPool<float>.Shared.Rent(keys + RowVectors.Count);
        fixed (float* weights = rented)
        {
            if (scores.dtype == ScalarType.Float32)
            {
                Run((float*)at, (float*)ownAt, (float*)sinksAt, scores.numel() / keys, keys, sight, weights);
            }
            else
            {
                Run((ushort*)at, (ushort*)ownAt, (float*)sinksAt, scores.numel() / keys, keys, sight, weights);
            }
        }

        ArrayPool<float>.Shared.Return(rented);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<T>(T* row, T* own, float* sinks, long rows, int keys, Sight sight, float* weights)
        where T : unmanaged
    {
        for (var i = 0L; i < rows; i++, row += keys)
        {
            var (from, to) = sight.Of((int)(i % sight.Queries), keys);
            new Span<T>(row, from).Clear();
            new Span<T>(row + to, keys - to).Clear();
            Run(row + from, to - from, own is null ? null : own + i, weights, sinks is null ? float.NegativeInfinity : sinks[i / sight.Queries]);
        }
    }

    /// <summary>Of one row.</summary>
    /// <param name="row">[count]; gets the weights.</param>
    /// <param name="count">At least 1.</param>
    /// <param name="own">One more score, which gets its weight; or null.</param>
    /// <param name="scratch">Room for the row and one vector more.</param>
    /// <param name="sink">One more score, whose weight is forgotten; minus infinity for none.</param>
    /// <typeparam name="T">float, or ushort for bfloat16.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T>(T* row, int count, T* own, float* scratch, float sink = float.NegativeInfinity)
        where T : unmanaged
    {
        // The last, incomplete vectors are filled up with what adds nothing to a sum.
        var rest = count % RowVectors.Count;
        var whole = count - rest;
        var end = stackalloc T[RowVectors.Count];
        var nothing = Vector256.Create(float.NegativeInfinity);
        RowVectors.Store(nothing, nothing, end);
        new Span<T>(row + whole, rest).CopyTo(new Span<T>(end, rest));

        RowVectors.Load(end, out var largest, out var largestToo);
        for (var i = 0; i < whole; i += RowVectors.Count)
        {
            RowVectors.Load(row + i, out var first, out var second);
            (largest, largestToo) = (Vector256.Max(largest, first), Vector256.Max(largestToo, second));
        }

        var ownScore = own is null ? float.NegativeInfinity : RowVectors.Number(*own);
        var top = Math.Max(Largest(Vector256.Max(largest, largestToo)), Math.Max(ownScore, sink));
        var ownWeight = own is null ? 0 : MathF.Exp(ownScore - top);
        Vector256<float> tops = Vector256.Create(top), sum = Vector256<float>.Zero;
        for (var i = 0; i < count; i += RowVectors.Count)
        {
            RowVectors.Load(i < whole ? row + i : end, out var first, out var second);
            (first, second) = Exponential.Of(first - tops, second - tops);
            first.Store(scratch + i);
            second.Store(scratch + i + Vector256<float>.Count);
            sum += first + second;
        }

        var forgotten = float.IsNegativeInfinity(sink) ? 0 : MathF.Exp(sink - top);
        var scale = 1 / (Vector256.Sum(sum) + ownWeight + forgotten);
        for (var i = 0; i < count; i += RowVectors.Count)
        {
            RowVectors.Store(
                Vector256.Load(scratch + i) * scale, Vector256.Load(scratch + i + Vector256<float>.Count) * scale, i < whole ? row + i : end);
        }

        new Span<T>(end, rest).CopyTo(new Span<T>(row + whole, rest));
        if (own is not null)
        {
            *own = RowVectors.Element<T>(ownWeight * scale);
        }
    }

    private static float Largest(Vector256<float> numbers)
    {
        var largest = numbers[0];
        for (var i = 1; i < Vector256<float>.Count; i++)
        {
            largest = Math.Max(largest, numbers[i]); // Of NaN and a number, NaN.
        }

        return largest;
    }
}

using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace PainlessSteering.Models.Kernels;

/// <summary>
/// Root-mean-square norm on the CPU, without gradients: each row is read twice from the nearest cache and written once, where a chain of
/// operators goes through memory nine times.
/// </summary>
internal static unsafe class NormKernel
{
    /// <summary>The norm of every row, or null where libtorch has to compute it.</summary>
    /// <param name="rows">[…, size]</param>
    /// <param name="weight">[size], of the same type.</param>
    /// <param name="epsilon">Added to the mean square.</param>
    /// <param name="addsOne">Whether 1 is added to the weight, and the product is rounded only once.</param>
    public static Tensor? TryRun(Tensor rows, Tensor weight, float epsilon, bool addsOne)
    {
        var size = (int)weight.shape[0];
        if (size % RowVectors.Count != 0 || rows.dtype != weight.dtype || !Libtorch.IsPlain(rows) || !Libtorch.IsPlain(weight))
        {
            return null;
        }

        var into = empty_like(rows);
        var (from, gain, to, count) = (Libtorch.Address(rows), Libtorch.Address(weight), Libtorch.Address(into), rows.numel() / size);
        if (rows.dtype == ScalarType.Float32)
        {
            Run((float*)from, (float*)gain, (float*)to, count, size, epsilon, addsOne);
        }
        else
        {
            Run((ushort*)from, (ushort*)gain, (ushort*)to, count, size, epsilon, addsOne);
        }

        return into;
    }

    private static void Run<T>(T* rows, T* weight, T* into, long count, int size, float epsilon, bool addsOne)
        where T : unmanaged
    {
        for (var row = 0L; row < count; row++, rows += size, into += size)
        {
            var (even, odd, i) = (Vector256<float>.Zero, Vector256<float>.Zero, 0);
            for (; i <= size - (2 * RowVectors.Count); i += 2 * RowVectors.Count)
            {
                Vector256<float> first = RowVectors.Load(rows + i), second = RowVectors.Load(rows + i + RowVectors.Count);
                even = Vector256.FusedMultiplyAdd(first, first, even);
                odd = Vector256.FusedMultiplyAdd(second, second, odd);
            }

            if (i < size)
            {
                var last = RowVectors.Load(rows + i);
                even = Vector256.FusedMultiplyAdd(last, last, even);
            }

            var scale = Vector256.Create(1 / MathF.Sqrt((Vector256.Sum(even + odd) / size) + epsilon));
            for (i = 0; i < size; i += RowVectors.Count)
            {
                Vector256<float> unit = RowVectors.Load(rows + i) * scale, gain = RowVectors.Load(weight + i);
                RowVectors.Store(addsOne ? unit * (gain + Vector256<float>.One) : RowVectors.Rounded<T>(unit) * gain, into + i);
            }
        }
    }
}

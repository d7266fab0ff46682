using System.Runtime.CompilerServices;
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
            Vector256<float> squares = Vector256<float>.Zero, squaresToo = squares;
            for (var i = 0; i < size; i += RowVectors.Count)
            {
                RowVectors.Load(rows + i, out var first, out var second);
                squares = Vector256.FusedMultiplyAdd(first, first, squares);
                squaresToo = Vector256.FusedMultiplyAdd(second, second, squaresToo);
            }

            var scale = Vector256.Create(1 / MathF.Sqrt((Vector256.Sum(squares + squaresToo) / size) + epsilon));
            for (var i = 0; i < size; i += RowVectors.Count)
            {
                RowVectors.Load(rows + i, out var first, out var second);
                RowVectors.Load(weight + i, out var gain, out var gainToo);
                RowVectors.Store(Scaled<T>(first * scale, gain, addsOne), Scaled<T>(second * scale, gainToo, addsOne), into + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Scaled<T>(Vector256<float> unit, Vector256<float> gain, bool addsOne)
        where T : unmanaged => addsOne ? unit * (gain + Vector256<float>.One) : RowVectors.Rounded<T>(unit) * gain;
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>
/// Root-mean-square norm on the CPU: each row is read twice from the nearest cache and written once, where a chain of
/// operators goes through memory nine times.
/// </summary>
internal static unsafe class NormKernel
{
    /// <summary>Whether the kernel can be run; else libtorch has to do it.</summary>
    /// <param name="rows">[…, size]</param>
    /// <param name="weight">[size]</param>
    /// <param name="gradients">Whether it is run by way of <see cref="NormFunction"/>.</param>
    public static bool Takes(Tensor rows, Tensor weight, bool gradients) =>
        weight.size(0) % RowVectors.Count == 0 && rows.dtype == weight.dtype && Libtorch.IsPlain(rows, gradients) && Libtorch.IsPlain(weight);

    /// <summary>The norm of every row: <c>x s w</c> with <c>s = 1 / sqrt(mean x² + epsilon)</c>.</summary>
    /// <param name="rows">[…, size]</param>
    /// <param name="weight">[size], of the same type.</param>
    /// <param name="epsilon">Added to the mean square.</param>
    /// <param name="addsOne">Whether 1 is added to the weight, and the product is rounded only once.</param>
    public static Tensor Run(Tensor rows, Tensor weight, float epsilon, bool addsOne)
    {
        var into = empty_like(rows);
        var (size, from, gain, to) = ((int)weight.size(0), Libtorch.Address(rows), Libtorch.Address(weight), Libtorch.Address(into));
        if (rows.dtype == ScalarType.Float32)
        {
            Run((float*)from, (float*)gain, (float*)to, rows.numel() / size, size, epsilon, addsOne);
        }
        else
        {
            Run((ushort*)from, (ushort*)gain, (ushort*)to, rows.numel() / size, size, epsilon, addsOne);
        }

        return into;
    }

    /// <summary>The gradient by the rows: <c>s (h - x s² mean(h x))</c> with <c>h</c> the given gradient times the weight.</summary>
    /// <inheritdoc cref="Run(Tensor, Tensor, float, bool)"/>
    public static Tensor Back(Tensor rows, Tensor weight, Tensor gradient, float epsilon, bool addsOne)
    {
        var into = empty_like(rows);
        var (size, from, gain, given, to) = ((int)weight.size(0), Libtorch.Address(rows), Libtorch.Address(weight), Libtorch.Address(gradient), Libtorch.Address(into));
        if (rows.dtype == ScalarType.Float32)
        {
            Back((float*)from, (float*)gain, (float*)given, (float*)to, rows.numel() / size, size, epsilon, addsOne ? 1 : 0);
        }
        else
        {
            Back((ushort*)from, (ushort*)gain, (ushort*)given, (ushort*)to, rows.numel() / size, size, epsilon, addsOne ? 1 : 0);
        }

        return into;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<T>(T* rows, T* weight, T* into, long count, int size, float epsilon, bool addsOne)
        where T : unmanaged
    {
        for (var row = 0L; row < count; row++, rows += size, into += size)
        {
            Vector256<float> squares = Vector256<float>.Zero, squaresToo = squares;
            for (var i = 0; i < size; i += RowVectors.Count)
            {
                RowVectors.Load(rows + i, out var x, out var xToo);
                squares = Vector256.FusedMultiplyAdd(x, x, squares);
                squaresToo = Vector256.FusedMultiplyAdd(xToo, xToo, squaresToo);
            }

            var scale = Vector256.Create(1 / MathF.Sqrt((Vector256.Sum(squares + squaresToo) / size) + epsilon));
            for (var i = 0; i < size; i += RowVectors.Count)
            {
                RowVectors.Load(rows + i, out var x, out var xToo);
                RowVectors.Load(weight + i, out var gain, out var gainToo);
                RowVectors.Store(Scaled<T>(x * scale, gain, addsOne), Scaled<T>(xToo * scale, gainToo, addsOne), into + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Scaled<T>(Vector256<float> unit, Vector256<float> gain, bool addsOne)
        where T : unmanaged => addsOne ? unit * (gain + Vector256<float>.One) : RowVectors.Rounded<T>(unit) * gain;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Back<T>(T* rows, T* weight, T* gradient, T* into, long count, int size, float epsilon, float added)
        where T : unmanaged
    {
        var more = Vector256.Create(added);
        for (var row = 0L; row < count; row++, rows += size, gradient += size, into += size)
        {
            Vector256<float> squares = Vector256<float>.Zero, products = squares;
            for (var i = 0; i < size; i += RowVectors.Count)
            {
                RowVectors.Load(rows + i, out var x, out var xToo);
                RowVectors.Load(weight + i, out var gain, out var gainToo);
                RowVectors.Load(gradient + i, out var g, out var gToo);
                squares = Vector256.FusedMultiplyAdd(x, x, Vector256.FusedMultiplyAdd(xToo, xToo, squares));
                products = Vector256.FusedMultiplyAdd(x, g * (gain + more), Vector256.FusedMultiplyAdd(xToo, gToo * (gainToo + more), products));
            }

            var scale = 1 / MathF.Sqrt((Vector256.Sum(squares) / size) + epsilon);
            var (times, off) = (Vector256.Create(scale), Vector256.Create(-scale * scale * scale * Vector256.Sum(products) / size));
            for (var i = 0; i < size; i += RowVectors.Count)
            {
                RowVectors.Load(rows + i, out var x, out var xToo);
                RowVectors.Load(weight + i, out var gain, out var gainToo);
                RowVectors.Load(gradient + i, out var g, out var gToo);
                RowVectors.Store(
                    Vector256.FusedMultiplyAdd(x, off, g * (gain + more) * times),
                    Vector256.FusedMultiplyAdd(xToo, off, gToo * (gainToo + more) * times),
                    into + i);
            }
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>Rotary positions on the CPU: in place, each element read and written once.</summary>
internal static unsafe class RotaryKernel
{
    /// <summary>Whether the kernel can be run; else libtorch has to do it.</summary>
    /// <param name="heads">[rows, heads, head size]</param>
    /// <param name="angles">Cosines and sines.</param>
    /// <param name="gradients">Whether it is run by way of <see cref="RotaryFunction"/>.</param>
    public static bool Takes(Tensor heads, (Tensor Cosine, Tensor Sine) angles, bool gradients) =>
        angles.Cosine.size(2) % RowVectors.Count == 0 && heads.size(2) % RowVectors.Count == 0 && angles.Cosine.dtype == heads.dtype
        && Libtorch.IsPlain(heads, gradients) && Libtorch.IsPlain(angles.Cosine) && Libtorch.IsPlain(angles.Sine);

    /// <summary>Turns the pairs (i, i + half) of the first elements of every head and multiplies all by a factor.</summary>
    /// <param name="heads">[rows, heads, head size]; written to.</param>
    /// <param name="angles">Cosines and sines, [rows, 1, rotated elements / 2] each, of the same type.</param>
    /// <param name="factor">1 for none.</param>
    /// <param name="back">Turns them the other way, which is what gradients need.</param>
    public static void Rotate(Tensor heads, (Tensor Cosine, Tensor Sine) angles, float factor, bool back = false)
    {
        int size = (int)heads.size(2), half = (int)angles.Cosine.size(2);
        var (at, cosine, sine) = (Libtorch.Address(heads), Libtorch.Address(angles.Cosine), Libtorch.Address(angles.Sine));
        if (heads.dtype == ScalarType.Float32)
        {
            Rotate((float*)at, (float*)cosine, (float*)sine, heads.size(0), (int)heads.size(1), size, half, factor, back ? -factor : factor);
        }
        else
        {
            Rotate((ushort*)at, (ushort*)cosine, (ushort*)sine, heads.size(0), (int)heads.size(1), size, half, factor, back ? -factor : factor);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rotate<T>(T* head, T* cosine, T* sine, long rows, int heads, int size, int half, float factor, float sineFactor)
        where T : unmanaged
    {
        var (times, sineTimes) = (Vector256.Create(factor), Vector256.Create(sineFactor));
        for (var row = 0L; row < rows; row++, cosine += half, sine += half)
        {
            for (var index = 0; index < heads; index++, head += size)
            {
                for (var i = 0; i < half; i += RowVectors.Count)
                {
                    RowVectors.Load(head + i, out var x, out var xToo);
                    RowVectors.Load(head + half + i, out var y, out var yToo);
                    RowVectors.Load(cosine + i, out var cos, out var cosToo);
                    RowVectors.Load(sine + i, out var sin, out var sinToo);
                    (cos, cosToo, sin, sinToo) = (cos * times, cosToo * times, sin * sineTimes, sinToo * sineTimes);
                    RowVectors.Store((x * cos) - (y * sin), (xToo * cosToo) - (yToo * sinToo), head + i);
                    RowVectors.Store((y * cos) + (x * sin), (yToo * cosToo) + (xToo * sinToo), head + half + i);
                }

                for (var i = 2 * half; i < size && factor != 1; i += RowVectors.Count)
                {
                    RowVectors.Load(head + i, out var x, out var xToo);
                    RowVectors.Store(x * times, xToo * times, head + i);
                }
            }
        }
    }
}

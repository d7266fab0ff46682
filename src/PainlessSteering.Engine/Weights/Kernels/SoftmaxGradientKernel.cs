using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>The gradient of a softmax on the CPU, in one reading and one writing of its row: <c>w (g - sum of w g)</c>, computed in float32.</summary>
internal static unsafe class SoftmaxGradientKernel
{
    /// <param name="weights">[…, keys]: what the softmax gave.</param>
    /// <param name="gradient">Of the same shape and type: by the weights; gets that by the scores.</param>
    /// <returns>False where libtorch has to do it; nothing was written.</returns>
    public static bool TryRun(Tensor weights, Tensor gradient)
    {
        if (weights.dtype != gradient.dtype || !Libtorch.IsPlain(weights) || !Libtorch.IsPlain(gradient))
        {
            return false;
        }

        var (from, into, keys) = (Libtorch.Address(weights), Libtorch.Address(gradient), (int)weights.size(-1));
        if (weights.dtype == ScalarType.Float32)
        {
            Run((float*)from, (float*)into, weights.numel() / keys, keys);
        }
        else
        {
            Run((ushort*)from, (ushort*)into, weights.numel() / keys, keys);
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<T>(T* weights, T* gradient, long rows, int keys)
        where T : unmanaged
    {
        // The last, incomplete vectors are filled up with weights of zero.
        var rest = keys % RowVectors.Count;
        var whole = keys - rest;
        T* lastWeights = stackalloc T[RowVectors.Count], lastGradient = stackalloc T[RowVectors.Count];
        new Span<T>(lastWeights, RowVectors.Count).Clear();
        new Span<T>(lastGradient, RowVectors.Count).Clear();
        for (var row = 0L; row < rows; row++, weights += keys, gradient += keys)
        {
            new Span<T>(weights + whole, rest).CopyTo(new Span<T>(lastWeights, rest));
            new Span<T>(gradient + whole, rest).CopyTo(new Span<T>(lastGradient, rest));
            Vector256<float> sum = Vector256<float>.Zero, sumToo = sum;
            for (var i = 0; i < keys; i += RowVectors.Count)
            {
                RowVectors.Load(i < whole ? weights + i : lastWeights, out var w, out var wToo);
                RowVectors.Load(i < whole ? gradient + i : lastGradient, out var g, out var gToo);
                (sum, sumToo) = (Vector256.FusedMultiplyAdd(w, g, sum), Vector256.FusedMultiplyAdd(wToo, gToo, sumToo));
            }

            var mean = Vector256.Create(Vector256.Sum(sum + sumToo));
            for (var i = 0; i < keys; i += RowVectors.Count)
            {
                RowVectors.Load(i < whole ? weights + i : lastWeights, out var w, out var wToo);
                RowVectors.Load(i < whole ? gradient + i : lastGradient, out var g, out var gToo);
                RowVectors.Store(w * (g - mean), wToo * (gToo - mean), i < whole ? gradient + i : lastGradient);
            }

            new Span<T>(lastGradient, rest).CopyTo(new Span<T>(gradient + whole, rest));
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace PainlessSteering.Models.Kernels;

/// <summary>The gate of an MLP on the CPU, without gradients: f(gate) · up in one pass over memory, where libtorch makes two or more.</summary>
internal static unsafe class GateKernel
{
    private const float GeluCubic = 0.044715f, GeluSlope = 1.5957691f; // 2 sqrt(2 / pi)

    /// <summary>Writes the product over the gate.</summary>
    /// <param name="activation">f. Both are x · sigmoid(g(x)), because (1 + tanh y) / 2 = sigmoid(2 y).</param>
    /// <param name="gate">Any shape; written to.</param>
    /// <param name="up">The same shape and type.</param>
    /// <returns>False where libtorch has to do it; nothing was written.</returns>
    public static bool TryRun(Activation activation, Tensor gate, Tensor up)
    {
        var count = gate.numel();
        if (count % RowVectors.Count != 0 || gate.dtype != up.dtype || !Libtorch.IsPlain(gate) || !Libtorch.IsPlain(up))
        {
            return false;
        }

        var (first, second) = (Libtorch.Address(gate), Libtorch.Address(up));
        if (gate.dtype == ScalarType.Float32)
        {
            Run(activation, (float*)first, (float*)second, count);
        }
        else
        {
            Run(activation, (ushort*)first, (ushort*)second, count);
        }

        return true;
    }

    private static void Run<T>(Activation activation, T* gate, T* up, long count)
        where T : unmanaged
    {
        for (var i = 0L; i < count; i += RowVectors.Count)
        {
            RowVectors.Load(gate + i, out var first, out var second);
            RowVectors.Load(up + i, out var firstUp, out var secondUp);
            var (negative, negativeToo) = Exponential.Of(-Inner(activation, first), -Inner(activation, second));
            RowVectors.Store(Gated<T>(first, negative, firstUp), Gated<T>(second, negativeToo, secondUp), gate + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Inner(Activation activation, Vector256<float> x) =>
        activation == Activation.Silu ? x : x * GeluSlope * Vector256.FusedMultiplyAdd(x * x, Vector256.Create(GeluCubic), Vector256<float>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Gated<T>(Vector256<float> x, Vector256<float> negative, Vector256<float> up)
        where T : unmanaged => RowVectors.Rounded<T>(x / (negative + Vector256<float>.One)) * up;
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using PainlessSteering.Engine.Blocks;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>The gate of an MLP on the CPU: f(gate) · up, and its gradients, in one pass over memory each, where libtorch makes several.</summary>
/// <remarks>Both activations are x · sigmoid(g(x)), because (1 + tanh y) / 2 = sigmoid(2 y).</remarks>
internal static unsafe class GateKernel
{
    private const float GeluCubic = 0.044715f, GeluSlope = 1.5957691f; // 2 sqrt(2 / pi)

    /// <summary>Whether the kernel can be run; else libtorch has to do it.</summary>
    /// <param name="gate">Any shape.</param>
    /// <param name="up">The same shape.</param>
    /// <param name="gradients">Whether it is run by way of <see cref="GateFunction"/>.</param>
    public static bool Takes(Tensor gate, Tensor up, bool gradients) =>
        gate.numel() % RowVectors.Count == 0 && gate.dtype == up.dtype && Libtorch.IsPlain(gate, gradients) && Libtorch.IsPlain(up, gradients);

    /// <param name="activation">f.</param>
    /// <param name="gate">Any shape.</param>
    /// <param name="up">The same shape and type.</param>
    /// <param name="into">Gets the product; may be the gate.</param>
    public static void Run(Activation activation, Tensor gate, Tensor up, Tensor into)
    {
        var (first, second, to, count) = (Libtorch.Address(gate), Libtorch.Address(up), Libtorch.Address(into), gate.numel());
        if (gate.dtype == ScalarType.Float32)
        {
            Run(activation, (float*)first, (float*)second, (float*)to, count);
        }
        else
        {
            Run(activation, (ushort*)first, (ushort*)second, (ushort*)to, count);
        }
    }

    /// <param name="activation">f.</param>
    /// <param name="gate">Any shape.</param>
    /// <param name="up">The same shape and type, like all that follow.</param>
    /// <param name="gradient">That of the product.</param>
    /// <param name="byGate">Gets gradient · up · f'(gate).</param>
    /// <param name="byUp">Gets gradient · f(gate).</param>
    public static void Back(Activation activation, Tensor gate, Tensor up, Tensor gradient, Tensor byGate, Tensor byUp)
    {
        var (x, y, g, dx, dy) = (Libtorch.Address(gate), Libtorch.Address(up), Libtorch.Address(gradient), Libtorch.Address(byGate), Libtorch.Address(byUp));
        if (gate.dtype == ScalarType.Float32)
        {
            Back(activation, (float*)x, (float*)y, (float*)g, (float*)dx, (float*)dy, gate.numel());
        }
        else
        {
            Back(activation, (ushort*)x, (ushort*)y, (ushort*)g, (ushort*)dx, (ushort*)dy, gate.numel());
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<T>(Activation activation, T* gate, T* up, T* into, long count)
        where T : unmanaged
    {
        for (var i = 0L; i < count; i += RowVectors.Count)
        {
            RowVectors.Load(gate + i, out var x, out var xToo);
            RowVectors.Load(up + i, out var y, out var yToo);
            Sigmoids(activation, x, xToo, out var s, out var sToo);
            RowVectors.Store(RowVectors.Rounded<T>(x * s) * y, RowVectors.Rounded<T>(xToo * sToo) * yToo, into + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Back<T>(Activation activation, T* gate, T* up, T* gradient, T* byGate, T* byUp, long count)
        where T : unmanaged
    {
        for (var i = 0L; i < count; i += RowVectors.Count)
        {
            RowVectors.Load(gate + i, out var x, out var xToo);
            RowVectors.Load(up + i, out var y, out var yToo);
            RowVectors.Load(gradient + i, out var g, out var gToo);
            Sigmoids(activation, x, xToo, out var s, out var sToo);
            RowVectors.Store(g * y * Slope(activation, x, s), gToo * yToo * Slope(activation, xToo, sToo), byGate + i);
            RowVectors.Store(g * x * s, gToo * xToo * sToo, byUp + i);
        }
    }

    /// <summary>sigmoid(g(x))</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sigmoids(Activation activation, Vector256<float> x, Vector256<float> xToo, out Vector256<float> s, out Vector256<float> sToo)
    {
        (s, sToo) = Exponential.Of(-Inner(activation, x), -Inner(activation, xToo));
        (s, sToo) = (Vector256<float>.One / (s + Vector256<float>.One), Vector256<float>.One / (sToo + Vector256<float>.One));
    }

    /// <summary>g(x)</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Inner(Activation activation, Vector256<float> x) =>
        activation == Activation.Silu ? x : x * GeluSlope * Vector256.FusedMultiplyAdd(x * x, Vector256.Create(GeluCubic), Vector256<float>.One);

    /// <summary>f'(x) = s + x s (1 - s) g'(x)</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Slope(Activation activation, Vector256<float> x, Vector256<float> s)
    {
        var inner = activation == Activation.Silu
            ? Vector256<float>.One
            : GeluSlope * Vector256.FusedMultiplyAdd(x * x, Vector256.Create(3 * GeluCubic), Vector256<float>.One);
        return Vector256.FusedMultiplyAdd(x * s * inner, Vector256<float>.One - s, s);
    }
}

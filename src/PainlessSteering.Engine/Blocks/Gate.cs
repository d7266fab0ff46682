using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>The product of a gate and what it lets through: <c>f(gate) * rows</c>.</summary>
internal static class Gate
{
    private static readonly TorchSharp.Scalar Three = 3, Cubic = 0.044715, Slope = Math.Sqrt(2 / Math.PI), Half = 0.5;

    /// <param name="activation">f.</param>
    /// <param name="gate">Any shape; written to.</param>
    /// <param name="rows">The same shape and type.</param>
    public static Tensor Of(Activation activation, Tensor gate, Tensor rows)
    {
        var gradients = Libtorch.AsksForGradients(gate) || Libtorch.AsksForGradients(rows);
        if (!GateKernel.Takes(gate, rows, gradients))
        {
            return (activation == Activation.Silu ? nn.functional.silu(gate) : GeluTanh(gate)) * rows;
        }

        if (gradients)
        {
            return GateFunction.Of(activation, gate, rows);
        }

        GateKernel.Run(activation, gate, rows, gate);
        return gate;
    }

    private static Tensor GeluTanh(Tensor gate)
    {
        using var scope = NewDisposeScope();
        var inner = gate.pow(Three).mul_(Cubic).add_(gate, Scalars.One).mul_(Slope);
        return inner.tanh().add(Scalars.One, Scalars.One).mul(gate).mul(Half).MoveToOuterDisposeScope();
    }
}

using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Weights;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>Gated MLP: <c>down(f(gate x) * up x)</c>.</summary>
internal sealed class Mlp(Activation activation, Linear gate, Linear up, Linear down) : IFeedForward
{
    private static readonly TorchSharp.Scalar Three = 3, Cubic = 0.044715, Slope = Math.Sqrt(2 / Math.PI), Half = 0.5;

    /// <inheritdoc/>
    public Tensor Forward(ForwardPass pass, Tensor rows) => Forward(rows);

    /// <param name="rows">[rows, hidden size]</param>
    /// <returns>The same shape.</returns>
    public Tensor Forward(Tensor rows)
    {
        using var scope = NewDisposeScope();
        Tensor gated = gate.Forward(rows), raised = up.Forward(rows);
        var gradients = Libtorch.AsksForGradients(gated) || Libtorch.AsksForGradients(raised);
        if (!GateKernel.Takes(gated, raised, gradients))
        {
            gated = (activation == Activation.Silu ? nn.functional.silu(gated) : GeluTanh(gated)) * raised;
        }
        else if (gradients)
        {
            gated = GateFunction.Of(activation, gated, raised);
        }
        else
        {
            GateKernel.Run(activation, gated, raised, gated);
        }

        return down.Forward(gated).MoveToOuterDisposeScope();
    }

    private static Tensor GeluTanh(Tensor gate)
    {
        using var scope = NewDisposeScope();
        var inner = gate.pow(Three).mul_(Cubic).add_(gate, Scalars.One).mul_(Slope);
        return inner.tanh().add(Scalars.One, Scalars.One).mul(gate).mul(Half).MoveToOuterDisposeScope();
    }
}

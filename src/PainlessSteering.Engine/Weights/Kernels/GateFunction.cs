using PainlessSteering.Engine.Blocks;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>The gate of an MLP for autograd: <see cref="GateKernel"/> both ways, and nothing kept but its operands.</summary>
internal sealed class GateFunction : SingleTensorFunction<GateFunction>
{
    private const string Kept = "kept";

    /// <inheritdoc/>
    public override string Name => nameof(GateFunction);

    /// <param name="activation">f.</param>
    /// <param name="gate">Any shape.</param>
    /// <param name="up">The same shape and type; both such that <see cref="GateKernel.Takes"/>.</param>
    /// <returns>f(gate) up</returns>
    public static Tensor Of(Activation activation, Tensor gate, Tensor up) => apply(gate, up, activation);

    /// <inheritdoc/>
    public override Tensor forward(AutogradContext context, params object[] inputs)
    {
        using var mode = no_grad();
        var (gate, up, activation) = ((Tensor)inputs[0], (Tensor)inputs[1], (Activation)inputs[2]);
        context.save_data(Kept, (new KeptTensors(gate, up), activation));
        var product = empty_like(gate);
        GateKernel.Run(activation, gate, up, product);
        return product;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(AutogradContext context, Tensor gradient)
    {
        using var mode = no_grad();
        var (kept, activation) = ((KeptTensors, Activation))context.get_data(Kept);
        using var operands = kept;
        using var plain = gradient.contiguous();
        Tensor byGate = empty_like(plain), byUp = empty_like(plain);
        GateKernel.Back(activation, operands[0], operands[1], plain, byGate, byUp);
        return ReturnedGradients.Of(gradient, byGate, byUp, null);
    }
}

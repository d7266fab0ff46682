using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>The norm of rows for autograd, by a weight that is not trained: <see cref="NormKernel"/> both ways, and nothing kept but the rows.</summary>
internal sealed class NormFunction : SingleTensorFunction<NormFunction>
{
    private const string Kept = "kept";

    /// <inheritdoc/>
    public override string Name => nameof(NormFunction);

    /// <param name="rows">[…, size]</param>
    /// <param name="weight">[size], of the same type; both such that <see cref="NormKernel.Takes"/>.</param>
    /// <param name="epsilon">Added to the mean square.</param>
    /// <param name="addsOne">Whether 1 is added to the weight.</param>
    public static Tensor Of(Tensor rows, Tensor weight, float epsilon, bool addsOne) => apply(rows, weight, epsilon, addsOne);

    /// <inheritdoc/>
    public override Tensor forward(AutogradContext context, params object[] inputs)
    {
        using var mode = no_grad();
        var (rows, weight, epsilon, addsOne) = ((Tensor)inputs[0], (Tensor)inputs[1], (float)inputs[2], (bool)inputs[3]);
        context.save_data(Kept, (new KeptTensors(rows, weight), epsilon, addsOne));
        return NormKernel.Run(rows, weight, epsilon, addsOne);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(AutogradContext context, Tensor gradient)
    {
        using var mode = no_grad();
        var (kept, epsilon, addsOne) = ((KeptTensors, float, bool))context.get_data(Kept);
        using var operands = kept;
        using var plain = gradient.contiguous();
        return ReturnedGradients.Of(gradient, NormKernel.Back(operands[0], operands[1], plain, epsilon, addsOne), null, null, null);
    }
}

using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>
/// A product with a weight that is not trained, for autograd: the fast kernels know no gradients, and the only one that is needed
/// here is that of the rows, which is one more product.
/// </summary>
internal sealed class FrozenProduct : SingleTensorFunction<FrozenProduct>
{
    private const string Map = "map";

    /// <inheritdoc/>
    public override string Name => nameof(FrozenProduct);

    /// <summary>The product; its gradient by the rows is <c>gradient W</c>.</summary>
    /// <param name="rows">[…, in]</param>
    /// <param name="linear">The map.</param>
    /// <returns>[…, out]</returns>
    public static Tensor Of(Tensor rows, Linear linear) => apply(rows, linear);

    /// <inheritdoc/>
    public override Tensor forward(AutogradContext context, params object[] inputs)
    {
        var linear = (Linear)inputs[1];
        context.save_data(Map, linear);
        using var mode = no_grad();
        return linear.Forward((Tensor)inputs[0], adapted: false);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(AutogradContext context, Tensor gradient)
    {
        using var mode = no_grad();
        return ReturnedGradients.Of(gradient, ((Linear)context.get_data(Map)).Back(gradient), null);
    }
}

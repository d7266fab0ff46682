using static TorchSharp.torch;

namespace PainlessSteering.Engine.Adapters.Changes;

/// <summary><c>W + scale D</c> for a change D of the weight's whole shape that is made of smaller tensors.</summary>
/// <param name="module">The module's name.</param>
/// <param name="source">The first of them, for errors.</param>
/// <param name="shape">Shape of D.</param>
/// <param name="scale">Its factor.</param>
/// <param name="product">Makes D, in a type to compute in.</param>
internal sealed class AddedProduct(string module, AdapterTensor source, long[] shape, double scale, Func<ScalarType, Tensor> product)
    : TensorChange(module + ".weight", source)
{
    public override long[] Shape => shape;

    public override string Fact => FormattableString.Invariant($"{Target} {scale:R}");

    public override Tensor Apply(Tensor value, ScalarType stored)
    {
        using TorchSharp.Scalar factor = (float)scale;
        return value.add(product(value.dtype), factor);
    }
}

using static TorchSharp.torch;

namespace PainlessSteering.Engine.Adapters.Changes;

/// <summary>A factor times the adapter's bias is added to the module's; a module without bias gains one.</summary>
/// <param name="module">The module's name.</param>
/// <param name="bias">What is added, [out].</param>
/// <param name="scale">The factor.</param>
internal sealed class AddedBias(string module, AdapterTensor bias, double scale) : TensorChange(module + ".bias", bias)
{
    public override long[] Shape => Source.Shape;

    public override Absence WhereAbsent => Absence.Added;

    public override Tensor Apply(Tensor value, ScalarType stored)
    {
        using TorchSharp.Scalar factor = (float)scale;
        return value.add(Source.As(value.dtype), factor);
    }
}

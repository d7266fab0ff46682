using static TorchSharp.torch;

namespace PainlessSteering.Engine.Adapters.Changes;

/// <summary>Every element is multiplied by the adapter's number for its row, or for its column.</summary>
/// <param name="target">The tensor's name in the model.</param>
/// <param name="factors">As the file has them, one a row or a column.</param>
/// <param name="shape">The form in which they are multiplied with the tensor, with 1 where they are the same all along.</param>
/// <param name="whereAbsent">What is done where the model has no such tensor.</param>
internal sealed class ScaledTensor(string target, AdapterTensor factors, long[] shape, Absence whereAbsent = Absence.Refused) : TensorChange(target, factors)
{
    public override long[] Shape => [.. shape.Select(size => size == 1 && shape.Length > 1 ? -1 : size)];

    public override Absence WhereAbsent => whereAbsent;

    public override Tensor Apply(Tensor value, ScalarType stored) => value.mul(Source.As(value.dtype).view(shape));
}

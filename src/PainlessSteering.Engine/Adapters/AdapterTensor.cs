using static TorchSharp.torch;

namespace PainlessSteering.Engine.Adapters;

/// <summary>A tensor of an adapter's file, read when it is used.</summary>
/// <param name="Place">File and name, for errors.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Load">Reads it, in the floating-point type that the file has it in.</param>
internal sealed record AdapterTensor(string Place, long[] Shape, Func<Tensor> Load)
{
    /// <summary>The tensor in a type to compute in.</summary>
    public Tensor As(ScalarType type) => Load().to(type);
}

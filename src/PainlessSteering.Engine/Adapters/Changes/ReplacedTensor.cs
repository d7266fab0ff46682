using static TorchSharp.torch;

namespace PainlessSteering.Engine.Adapters.Changes;

/// <summary>The adapter's tensor takes the place of the model's.</summary>
/// <param name="target">The tensor's name in the model.</param>
/// <param name="other">What replaces it.</param>
/// <param name="tiedHeadFollows">Whether a head that is the embedding is replaced with it.</param>
internal sealed class ReplacedTensor(string target, AdapterTensor other, bool tiedHeadFollows = false) : TensorChange(target, other)
{
    public override long[] Shape => Source.Shape;

    public override bool MayBeOfEmbedding => Target.EndsWith(".weight", StringComparison.Ordinal);

    public override bool TiedHeadFollows => tiedHeadFollows;

    public override Tensor Apply(Tensor value, ScalarType stored) => Source.As(value.dtype);
}

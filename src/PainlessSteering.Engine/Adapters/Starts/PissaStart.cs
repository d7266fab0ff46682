using static TorchSharp.torch;

namespace PainlessSteering.Engine.Adapters.Starts;

/// <summary>PiSSA (Meng et al., 2024): the adapter began as the largest singular components of the weight, as many as its rank, and stands on the rest.</summary>
internal sealed class PissaStart : BaseStart
{
    public override string Name => "pissa";

    public override Tensor Of(Tensor weight, int rank, double scale) => weight.sub(SingularComponents.Of(weight, rank, largest: true));
}

using PainlessSteering.Engine.Files;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Adapters.Starts;

/// <summary>KaSA (Wang et al., 2024): the weight without its smallest singular components, as many as the adapter's rank.</summary>
internal sealed class KasaStart : BaseStart
{
    public override string Name => "kasa";

    public override Tensor Of(Tensor weight, int rank, double scale) => weight.sub(SingularComponents.Of(weight, rank, largest: false));

    protected override bool IsMeant(ConfigFile config, string? start) => config.HasContent("kasa_config");
}

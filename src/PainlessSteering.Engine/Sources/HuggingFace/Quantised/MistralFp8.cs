using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised;

/// <summary>FP8 under Mistral's own names: w = q scale, with one scale a weight.</summary>
internal sealed class MistralFp8 : QuantisedFormat
{
    /// <param name="settings">The section of params.json.</param>
    public MistralFp8(ConfigFile settings)
    {
        const string Key = "qformat_weight";
        _ = settings.Has(Key) ? OneOf(settings, Key, "fp8_e4m3") : throw settings.Missing(Key);
        settings.Ignore(Activations, "qscheme_act");
    }

    public override string Mark => "fp8";

    public override CodedWeight? Weight(WeightParts parts)
    {
        var codes = parts.Codes;
        return codes.Type != "F8_E4M3" ? null
            : Fp8.Of(parts, codes.Name, TileSteps.One(parts.Require($"{parts.Module}.qscale_weight").Typed(StoredNumbers.Floats), codes.Matrix().Shape), (int)codes.Shape[^1]);
    }

    public override string? Reason(string name) => name.EndsWith(".qscale_act", StringComparison.Ordinal) ? Activations : base.Reason(name);
}

using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised;

/// <summary>FP8 of FBGEMM, as Llama 3.1 405B is published: w = q scale, with a scale for each output.</summary>
internal sealed class FbgemmFp8 : QuantisedFormat
{
    public FbgemmFp8(ConfigFile settings)
    {
        settings.Ignore(Activations, "activation_scale_ub");
        settings.Ignore(TensorsSay, "modules_to_not_convert");
    }

    public override string Mark => "fbgemm fp8";

    public override CodedWeight? Weight(WeightParts parts)
    {
        var codes = parts.Codes;
        return codes.Type != "F8_E4M3" ? null
            : Fp8.Of(parts, codes.Name, TileSteps.Of(parts.Require(codes.Name + "_scale").Typed(StoredNumbers.Floats), codes.Matrix().Shape, 1, codes.Shape[^1]), (int)codes.Shape[^1]);
    }
}

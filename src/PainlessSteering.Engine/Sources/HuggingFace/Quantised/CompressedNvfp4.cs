using PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised;

/// <summary>NVFP4, whose number for a whole weight divides the scales.</summary>
internal sealed class CompressedNvfp4 : CompressedLayout
{
    public override IReadOnlyList<string> Formats { get; } = ["nvfp4-pack-quantized"];

    public override CodedWeight? Weight(WeightParts parts, IReadOnlyList<CompressedScheme> schemes)
    {
        if (parts.Part != ".weight_packed" || parts.Codes.Type != "U8" || parts.Find($"{parts.Module}.weight_scale") is not { Type: "F8_E4M3" } scale)
        {
            return null;
        }

        var whole = parts.Require($"{parts.Module}.weight_global_scale");
        if (!schemes.Any(scheme => scheme is { Type: "float", Bits: 4, Group: Nvfp4.Group }))
        {
            throw scale.WrongShape($"none: the configuration has no scheme of 4 bits with groups of {Nvfp4.Group} ({string.Join("; ", schemes)})");
        }

        return Nvfp4.Of(parts, $"{parts.Module}.weight", scale, whole, divides: true);
    }
}

using PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised;

/// <summary>MXFP4: two E2M1 codes a byte, the first in the low four bits, and a power of two for each 32 inputs.</summary>
internal sealed class CompressedMxfp4 : CompressedLayout
{
    public override IReadOnlyList<string> Formats { get; } = ["mxfp4-pack-quantized"];

    public override CodedWeight? Weight(WeightParts parts, IReadOnlyList<CompressedScheme> schemes)
    {
        if (parts.Part != ".weight_packed" || parts.Codes.Type != "U8")
        {
            return null;
        }

        var shape = Nvfp4.Halved(parts.Codes);
        var (scales, _, group) = Scales(parts, shape, schemes.Where(scheme => scheme is { Type: "float", Bits: 4, Group: 32 }), "U8", "F8_E8M0");
        return new ScaledWeight($"{parts.Module}.weight", shape, parts)
        {
            Codes = new NibbleCodes(parts.Codes, (int)shape[^1], StoredNumbers.E2M1),
            Scales = scales,
            Group = group,
        };
    }
}

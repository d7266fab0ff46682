using PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised;

/// <summary>A code a byte, FP8 or an integer: w = (q - zero point) scale, with a scale for each channel, group, tile or the whole weight.</summary>
internal sealed class CompressedBytes : CompressedLayout
{
    public override IReadOnlyList<string> Formats { get; } = ["float-quantized", "int-quantized", "naive-quantized"];

    public override CodedWeight? Weight(WeightParts parts, IReadOnlyList<CompressedScheme> schemes)
    {
        var codes = parts.Codes;
        if (parts.Part != ".weight" || codes.Type is not ("F8_E4M3" or "I8") || codes.Shape is not [.., > 0, > 0 and <= int.MaxValue and var inputs])
        {
            return null;
        }

        var isFloat = codes.Type == "F8_E4M3";
        var (scales, scheme, group) = Scales(parts, codes.Shape, schemes.Where(scheme => isFloat ? scheme is { Type: "float", Bits: 8 } : scheme.Type == "int"), StoredNumbers.Floats);
        return new ScaledWeight(codes.Name, codes.Shape, parts)
        {
            Codes = new ByteCodes(codes, (int)inputs, isFloat ? StoredNumbers.E4M3 : StoredNumbers.I8),
            Scales = scales,
            Zeros = Zeros(parts, codes.Shape, scheme, codes.Type),
            Group = group,
        };
    }
}

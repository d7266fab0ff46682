using PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised;

/// <summary>NVFP4: two E2M1 codes a byte, the first in the low four bits; an E4M3 scale for each 16 inputs, and one number more for all of a weight.</summary>
internal static class Nvfp4
{
    /// <summary>Inputs that share a scale.</summary>
    public const int Group = 16;

    /// <param name="parts">Has the codes, [out, in / 2].</param>
    /// <param name="name">The weight's name.</param>
    /// <param name="scale">[out, in / 16] E4M3</param>
    /// <param name="whole">The number that all scales are relative to.</param>
    /// <param name="divides">Whether it divides the scales; otherwise it multiplies them.</param>
    public static ScaledWeight Of(WeightParts parts, string name, StoredTensor scale, StoredTensor whole, bool divides)
    {
        var shape = Halved(parts.Codes);
        var steps = TileSteps.Of(scale.Typed("F8_E4M3"), shape, 1, Group);
        return new(name, shape, parts)
        {
            Codes = new NibbleCodes(parts.Codes, (int)shape[^1], StoredNumbers.E2M1),
            Scales = new RelativeSteps(steps, whole.Elements == 1 ? whole.Typed("F32") : throw whole.WrongShape("one number"), divides) { Groups = steps.Groups },
            Group = Group,
        };
    }

    /// <summary>The shape of a weight with two codes in a byte of its rows.</summary>
    public static long[] Halved(StoredTensor codes) => codes.Shape is { Length: >= 2 } shape && shape[^1] <= int.MaxValue / 2 ? [.. shape[..^1], 2 * shape[^1]] : throw codes.WrongShape("[out, in / 2]");
}

using System.Buffers.Binary;
using PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised;

/// <summary>
/// Integers of 4 or 8 bits in words along the inputs: w = (q - middle) scale, or w = (q - zero point) scale. Zero points are in words too, but down the
/// outputs; older versions stored them as they are, and counted from the middle. Where groups were made of inputs by size, each input names its own.
/// </summary>
internal sealed class CompressedWords : CompressedLayout
{
    public override IReadOnlyList<string> Formats { get; } = ["pack-quantized"];

    public override CodedWeight? Weight(WeightParts parts, IReadOnlyList<CompressedScheme> schemes)
    {
        var codes = parts.Codes;
        if (parts.Part != ".weight_packed" || codes.Type != "I32")
        {
            return null;
        }

        var shape = Shape(parts.Require($"{parts.Module}.weight_shape"));
        var packed = schemes.Where(scheme => scheme is { Type: "int", Bits: 4 or 8 } && codes.Shape.SequenceEqual([shape[0], Words(shape[1], scheme.Bits)])).ToList();
        if (packed.Count == 0)
        {
            throw codes.WrongShape($"words of a weight of {shape[0]} x {shape[1]} for one of the schemes ({string.Join("; ", schemes)})");
        }

        var (scales, scheme, group) = Scales(parts, shape, packed, StoredNumbers.Floats);
        var order = scheme.IsOrdered ? parts.Require($"{parts.Module}.weight_g_idx") : parts.Find($"{parts.Module}.weight_g_idx");
        return new ScaledWeight($"{parts.Module}.weight", shape, parts)
        {
            Codes = new WordCodes(codes, (int)shape[1], scheme.Bits),
            Scales = scales,
            Zeros = ZerosOf(parts, shape, scheme, scales.Groups),
            Group = group,
            Order = order?.Typed("I32").Shaped(shape[1]),
        };
    }

    private static Steps? ZerosOf(WeightParts parts, long[] shape, CompressedScheme scheme, int groups)
    {
        if (ZeroPoint(parts, scheme) is not { Type: "I32" } packed)
        {
            return Zeros(parts, shape, scheme, "I8");
        }

        return new ZerosDown(packed.Shaped(Words(shape[0], scheme.Bits), groups), scheme.Bits) { Groups = groups };
    }

    private static long[] Shape(StoredTensor tensor)
    {
        var bytes = tensor.Typed("I64", "I32").Shaped(2).Read(2 * sizeof(long));
        long At(int i) => tensor.Type == "I64" ? BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(i * sizeof(long))) : BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(i * sizeof(int)));
        return (At(0), At(1)) is ( > 0 and <= int.MaxValue and var rows, > 0 and <= int.MaxValue and var columns) ? [rows, columns]
            : throw new PasException("the tensor is no shape of a weight", tensor.Place, "rows and columns", $"[{At(0)}, {At(1)}]") { Code = ErrorCodes.FileDamaged };
    }

    private static long Words(long numbers, int bits) => (numbers + (32 / bits) - 1) / (32 / bits);

    /// <summary>Zero points of outputs below each other in a word, counted from the middle as the codes are.</summary>
    /// <param name="tensor">[words of all outputs, groups]</param>
    /// <param name="bits">Of one.</param>
    private sealed class ZerosDown(StoredTensor tensor, int bits) : Steps
    {
        public override void Read(long first, int count, Span<float> numbers)
        {
            int each = 32 / bits, middle = 1 << (bits - 1);
            for (var row = 0; row < count; row++)
            {
                var (word, place) = Math.DivRem(first + row, each);
                var some = tensor.Words(word * Groups, Groups);
                for (var group = 0; group < Groups; group++)
                {
                    numbers[(row * Groups) + group] = (int)((some[group] >> (bits * (int)place)) & ((1u << bits) - 1)) - middle;
                }
            }
        }
    }
}

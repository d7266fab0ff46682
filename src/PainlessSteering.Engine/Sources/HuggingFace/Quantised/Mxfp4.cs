using System.Runtime.CompilerServices;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised;

/// <summary>
/// MXFP4 as gpt-oss is published: all experts of a layer in one tensor, E2M1 codes in blocks of 32 inputs with a power of two each.
/// The weight is the one of checkpoints that are not quantised, which has inputs before outputs.
/// </summary>
internal sealed class Mxfp4 : QuantisedFormat
{
    private const string End = "_blocks";

    public Mxfp4(ConfigFile settings)
    {
        settings.Ignore(TensorsSay, "modules_to_not_convert");
        settings.Ignore("weights are always widened", "dequantize");
    }

    public override string Mark => "mxfp4";

    public override CodedWeight? Weight(WeightParts parts)
    {
        var codes = parts.Codes;
        if (codes.Type != "U8" || !codes.Name.EndsWith(End, StringComparison.Ordinal))
        {
            return null;
        }

        if (codes.Shape is not [_, _, <= int.MaxValue / Blocks.Length, Blocks.Length / 2])
        {
            throw codes.WrongShape("[experts, out, in / 32, 16]");
        }

        var name = codes.Name[..^End.Length];
        return new Blocks(name, parts, parts.Require(name + "_scales").Typed("U8").Shaped(codes.Shape.AsSpan(..^1)));
    }

    /// <param name="name">The weight's name.</param>
    /// <param name="parts">[experts, out, blocks of the inputs, 16]: the first code of a byte in its low four bits.</param>
    /// <param name="scales">[experts, out, blocks]</param>
    private sealed class Blocks(string name, WeightParts parts, StoredTensor scales)
        : CodedWeight(name, [parts.Codes.Shape[0], parts.Codes.Shape[2] * Length, parts.Codes.Shape[1]], parts)
    {
        public const int Length = 32;

        /// <summary>A row holds what all outputs of an expert have for one input.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Widen(long first, int count, Span<float> values)
        {
            var (inputs, blocks) = (Shape[1], Shape[1] / Length);
            for (var row = 0; row < count;)
            {
                var (expert, input) = Math.DivRem(first + row, inputs);
                var (block, within) = ((int)(input / Length), (int)(input % Length));
                var several = Math.Min(count - row, Length - within); // Rows whose codes lie in the same blocks.
                for (var output = 0; output < Inputs; output++)
                {
                    var at = (((expert * Inputs) + output) * blocks) + block;
                    var codes = Stored.Bytes(at * (Length / 2), Length / 2);
                    var scale = StoredNumbers.E8M0[scales.Bytes(at, 1)[0]];
                    for (var i = 0; i < several; i++)
                    {
                        var code = (codes[(within + i) / 2] >> (4 * ((within + i) % 2))) & 15;
                        values[((row + i) * Inputs) + output] = StoredNumbers.E2M1[code] * scale;
                    }
                }

                row += several;
            }
        }
    }
}

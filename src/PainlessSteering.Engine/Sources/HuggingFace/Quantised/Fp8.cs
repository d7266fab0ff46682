using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised;

/// <summary>FP8 as DeepSeek, Qwen and Mistral publish it: w = q scale, with a scale for each tile of the weight, or one for all of it. A scale that is called an inverse multiplies too.</summary>
internal sealed class Fp8 : QuantisedFormat
{
    private readonly IReadOnlyList<int> _tile; // Rows and columns; empty for one scale a weight.

    public Fp8(ConfigFile settings)
    {
        const string Tile = "weight_block_size";
        OneOf(settings, "fmt", "e4m3");
        _tile = settings.Ints(Tile);
        if (_tile.Count is not (0 or 2) || _tile.Any(size => size < 1))
        {
            throw Refused(settings, Tile, string.Join(", ", _tile), "rows and columns of a tile");
        }

        settings.Ignore(Activations, "activation_scheme");
        settings.Ignore(TensorsSay, "modules_to_not_convert", "ignored_layers", "scale_fmt");
        settings.Ignore("weights are always widened", "dequantize");
    }

    public override string Mark => _tile.Count == 0 ? "fp8" : FormattableString.Invariant($"fp8 (tiles of {_tile[0]} x {_tile[1]})");

    public override CodedWeight? Weight(WeightParts parts)
    {
        var codes = parts.Codes;
        if (codes.Type != "F8_E4M3")
        {
            return null;
        }

        codes.Matrix();
        var scale = (parts.Find(codes.Name + "_scale_inv") ?? parts.Find(codes.Name + "_scale") ?? parts.Require(codes.Name + "_scale_inv")).Typed(StoredNumbers.Floats);
        return _tile.Count == 0
            ? Of(parts, codes.Name, TileSteps.One(scale, codes.Shape), (int)codes.Shape[^1])
            : Of(parts, codes.Name, TileSteps.Of(scale, codes.Shape, _tile[0], _tile[1]), _tile[1]);
    }

    /// <summary>A weight of FP8 codes.</summary>
    /// <param name="parts">Has the codes.</param>
    /// <param name="name">The weight's name.</param>
    /// <param name="scales">What they are multiplied by.</param>
    /// <param name="group">Inputs that share a scale.</param>
    public static ScaledWeight Of(WeightParts parts, string name, Steps scales, int group) => new(name, parts.Codes.Shape, parts)
    {
        Codes = new ByteCodes(parts.Codes, (int)parts.Codes.Shape[^1], StoredNumbers.E4M3),
        Scales = scales,
        Group = group,
    };
}

using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised;

/// <summary>NVIDIA's ModelOpt: FP8 with one scale a weight, and NVFP4, whose second scale multiplies the first.</summary>
internal sealed class ModelOpt : QuantisedFormat
{
    private readonly string _algorithm;
    private readonly int _group;

    /// <param name="settings">The section of config.json, or of hf_quant_config.json.</param>
    public ModelOpt(ConfigFile settings)
    {
        const string Key = "quant_algo";
        _algorithm = settings.Has(Key) ? OneOf(settings, Key, "FP8", "NVFP4") : throw settings.Missing(Key);
        _group = GroupSize(settings) ?? Nvfp4.Group;
        if (_group != Nvfp4.Group && _algorithm == "NVFP4")
        {
            throw Refused(settings, "group_size", FormattableString.Invariant($"{_group}"), FormattableString.Invariant($"{Nvfp4.Group}"));
        }

        settings.Ignore(TensorsSay, "config_groups", "ignore", "exclude_modules");
        settings.Ignore("the cache is not quantised", "kv_cache_scheme", "kv_cache_quant_algo");
        settings.Ignore("describes the model", "producer");
    }

    public override string Mark => $"modelopt {_algorithm}";

    public override CodedWeight? Weight(WeightParts parts)
    {
        var codes = parts.Codes;
        return (parts.Part, codes.Type, _algorithm) switch
        {
            (".weight", "F8_E4M3", "FP8") => Fp8.Of(parts, codes.Name, TileSteps.One(parts.Require(codes.Name + "_scale").Typed(StoredNumbers.Floats), codes.Matrix().Shape), (int)codes.Shape[^1]),
            (".weight", "U8", "NVFP4") => Nvfp4.Of(parts, codes.Name, parts.Require(codes.Name + "_scale"), parts.Require(codes.Name + "_scale_2"), divides: false),
            _ => null,
        };
    }
}

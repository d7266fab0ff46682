using System.Text.Json.Nodes;
using PainlessSteering.Engine.Blocks;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>Architecture <c>phi3</c>: Phi-3, 3.5 and 4 with their fused weights; factors of the rotary frequencies stand in tensors.</summary>
internal static class Phi3Architecture
{
    private const string Short = "rope_factors_short.weight", Long = "rope_factors_long.weight", Original = "rope.scaling.original_context_length", Magnitude = "rope.scaling.attn_factor";

    public static GgufArchitecture Architecture { get; } = new("phi3", Configure, Names)
    {
        Writing = new(["Phi3ForCausalLM"], Describe),
        Others = AddLongFactors,
    };

    private static JsonObject Configure(ArchitectureKeys keys)
    {
        var config = keys.Configuration("Phi3ForCausalLM", partial: true);
        var fused = keys.Rows("blk.0.ffn_up.weight");
        var inner = keys.Int("feed_forward_length");
        config["intermediate_size"] = (fused / 2) ?? inner ?? throw keys.Metadata.Missing(keys.Key("feed_forward_length"));
        if (keys.Int("attention.sliding_window", 0) is > 0 and var window)
        {
            config["sliding_window"] = window;
        }

        if (keys.Has(Short))
        {
            var rotated = keys.Int("rope.dimension_count") ?? keys.HeadSize;
            config["original_max_position_embeddings"] = keys.Required(Original);
            config["rope_scaling"] = ArchitectureKeys.Factors(keys.Factors(Short, rotated), keys.Number(Magnitude) ?? 1);
        }

        return config;
    }

    /// <summary>Factors of texts beyond the original context, which is the longest here.</summary>
    private static void AddLongFactors(ArchitectureKeys keys, JsonObject config)
    {
        if (keys.Has(Long) && config["rope_scaling"] is JsonObject scaling)
        {
            scaling["long_factor"] = keys.Factors(Long, keys.Int("rope.dimension_count") ?? keys.HeadSize);
        }
    }

    private static void Describe(ModelKeys keys)
    {
        keys.Common(scales: false);
        keys.Mlp();
        keys.Add("attention.sliding_window", keys.Attention.Window ?? 0);
        if (keys.Attention.Rope.Scaling is not LongRope rope)
        {
            return;
        }

        var section = RopeSettings.Section(keys.Keys)!;
        keys.Add(Original, LongRope.Holder(section, keys.Keys, LongRope.OriginalContext).Int(LongRope.OriginalContext, keys.Keys.Int("max_position_embeddings")));
        keys.Add(Magnitude, rope.Magnitude);
        keys.Factors[Short] = [.. rope.Factors.Select(factor => (float)factor)];
        keys.Factors[Long] = section.Has("long_factor") ? [.. section.List("long_factor").Select(factor => (float)factor)] : keys.Factors[Short];
    }

    private static GgufNames Names(ArchitectureKeys keys) => new(
        CommonNames.Whole(null, Path.GetFileNameWithoutExtension(Short), Path.GetFileNameWithoutExtension(Long)),
        new Dictionary<string, GgufName[]>
        {
            ["attn_norm"] = [new("input_layernorm")],
            ["attn_qkv"] = [new("self_attn.qkv_proj")],
            ["attn_output"] = [new("self_attn.o_proj")],
            ["ffn_norm"] = [new("post_attention_layernorm")],
            ["ffn_up"] = [new("mlp.gate_up_proj")],
            ["ffn_down"] = [new("mlp.down_proj")],
        });
}

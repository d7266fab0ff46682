using System.Text.Json.Nodes;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>Architecture <c>qwen2moe</c>: Qwen1.5 and Qwen2 with experts, whose weights are not divided by their sum.</summary>
internal static class Qwen2MoeArchitecture
{
    public static GgufArchitecture Architecture { get; } = new("qwen2moe", Configure, Names) { Unsaid = ["a sliding window of the upper layers (use_sliding_window)", "experts whose weights are divided by their sum (norm_topk_prob)"] };

    private static JsonObject Configure(ArchitectureKeys keys)
    {
        var config = WithSharedExpert(WithExperts(keys.WithMlp(keys.Configuration("Qwen2MoeForCausalLM")), keys, normalises: false), keys);
        config["qkv_bias"] = keys.Has("blk.0.attn_q.bias");
        return config;
    }

    private static GgufNames Names(ArchitectureKeys keys) => new(
        CommonNames.Whole(), CommonNames.Attention().WithMlpNorm().With(CommonNames.Experts(keys)).With(CommonNames.SharedExpert));

    /// <summary>Experts as the Qwen families' keys say them.</summary>
    /// <param name="config">Where to.</param>
    /// <param name="keys">Of the file.</param>
    /// <param name="normalises">Whether the weights of a row are divided by their sum, which the file does not say.</param>
    public static JsonObject WithExperts(JsonObject config, ArchitectureKeys keys, bool normalises)
    {
        var key = keys.Int("expert_feed_forward_length");
        config["num_experts"] = keys.Experts > 0 ? keys.Experts : throw keys.Metadata.Missing(keys.Key("expert_count"));
        config["num_experts_per_tok"] = keys.Required("expert_used_count");
        config["moe_intermediate_size"] = keys.Rows("blk.0.ffn_up_exps.weight") ?? key ?? throw keys.Metadata.Missing(keys.Key("expert_feed_forward_length"));
        config["norm_topk_prob"] = normalises;
        return config;
    }

    /// <summary>The width of the expert that every row passes.</summary>
    public static JsonObject WithSharedExpert(JsonObject config, ArchitectureKeys keys)
    {
        var key = keys.Int("expert_shared_feed_forward_length");
        config["shared_expert_intermediate_size"] = keys.Rows("blk.0.ffn_up_shexp.weight") ?? key ?? throw keys.Metadata.Missing(keys.Key("expert_shared_feed_forward_length"));
        return config;
    }
}

using System.Text.Json.Nodes;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Families;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>Architecture <c>qwen2moe</c>: Qwen1.5 and Qwen2 with experts, whose weights are not divided by their sum.</summary>
internal static class Qwen2MoeArchitecture
{
    public static GgufArchitecture Architecture { get; } = new("qwen2moe", Configure, Names)
    {
        Unsaid = [UnsaidPart.Window("a sliding window of the upper layers (use_sliding_window)"), Normalising("experts whose weights are divided by their sum (norm_topk_prob)", normalises: false)],
        Writing = new(["Qwen2MoeForCausalLM"], Describe),
    };

    private static JsonObject Configure(ArchitectureKeys keys)
    {
        var config = WithSharedExpert(WithExperts(keys.WithMlp(keys.Configuration("Qwen2MoeForCausalLM")), keys, normalises: false), keys);
        config["qkv_bias"] = keys.Has("blk.0.attn_q.bias");
        return config;
    }

    /// <summary>Also of <c>qwen3moe</c>.</summary>
    internal static void Describe(ModelKeys keys)
    {
        keys.Common();
        keys.Mlp();
        keys.Experts();
    }

    private static GgufNames Names(ArchitectureKeys keys) => new(
        CommonNames.Whole(), CommonNames.Attention().WithMlpNorm().With(CommonNames.Experts(keys)).With(CommonNames.SharedExpert));

    /// <summary>Whether the weights of a row's experts are divided by their sum, where an architecture takes one of both for granted.</summary>
    /// <param name="words">The other one.</param>
    /// <param name="normalises">What it takes for granted.</param>
    public static UnsaidPart Normalising(string words, bool normalises) => new(words, config => config.WithBlocks((_, block) =>
        block.FeedForward is MixtureOfExpertsPlan { Router: SoftmaxRouterPlan router } experts ? block with { FeedForward = experts with { Router = router with { Normalises = normalises } } } : block));

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

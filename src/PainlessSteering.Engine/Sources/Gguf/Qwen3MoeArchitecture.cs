using System.Text.Json.Nodes;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>Architecture <c>qwen3moe</c>: Qwen3 with experts in every layer.</summary>
internal static class Qwen3MoeArchitecture
{
    public static GgufArchitecture Architecture { get; } = new("qwen3moe", Configure, Names)
    {
        Unsaid = [UnsaidPart.Window("a sliding window (use_sliding_window)"), Qwen2MoeArchitecture.Normalising("experts whose weights are not divided by their sum (norm_topk_prob)", normalises: true)],
        Writing = new(["Qwen3MoeForCausalLM"], Qwen2MoeArchitecture.Describe),
    };

    private static JsonObject Configure(ArchitectureKeys keys)
    {
        var config = Qwen2MoeArchitecture.WithExperts(keys.WithMlp(keys.Configuration("Qwen3MoeForCausalLM")), keys, normalises: true);
        config["attention_bias"] = keys.Has("blk.0.attn_q.bias");
        return config;
    }

    private static GgufNames Names(ArchitectureKeys keys) => new(
        CommonNames.Whole(), CommonNames.Attention().WithMlpNorm().With(CommonNames.HeadNorms()).With(CommonNames.Experts(keys)));
}

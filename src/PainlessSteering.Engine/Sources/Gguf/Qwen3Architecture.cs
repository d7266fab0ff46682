using System.Text.Json.Nodes;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>Architectures <c>qwen3</c> and, as far as it reads text, <c>qwen3vl</c>.</summary>
internal static class Qwen3Architecture
{
    public static GgufArchitecture Architecture { get; } = new("qwen3", Configure, Names)
    {
        Unsaid = [UnsaidPart.Window("a sliding window of the upper layers (use_sliding_window)")],
        Writing = new(["Qwen3ForCausalLM"], keys => keys.Dense()),
    };

    public static GgufArchitecture WithImages { get; } = Architecture with
    {
        Name = "qwen3vl",
        Writing = new(["Qwen3VLForConditionalGeneration"], Qwen2Architecture.DescribeWithImages),
    };

    private static JsonObject Configure(ArchitectureKeys keys)
    {
        var config = keys.WithMlp(keys.Configuration("Qwen3ForCausalLM"));
        config["attention_bias"] = keys.Has("blk.0.attn_q.bias");
        return config;
    }

    private static GgufNames Names(ArchitectureKeys keys) => new(CommonNames.Whole(), CommonNames.Attention().WithMlpNorm().With(CommonNames.HeadNorms()).With(CommonNames.Mlp));
}

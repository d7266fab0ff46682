using System.Text.Json.Nodes;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>Architectures <c>qwen2</c> and, as far as it reads text, <c>qwen2vl</c>: Qwen2 and 2.5 and what was made of them.</summary>
internal static class Qwen2Architecture
{
    public static GgufArchitecture Architecture { get; } = new("qwen2", Configure, Names)
    {
        Unsaid = [UnsaidPart.Window("a sliding window of the upper layers (use_sliding_window)")],
        Writing = new(["Qwen2ForCausalLM"], keys => keys.Dense()),
    };

    public static GgufArchitecture WithImages { get; } = Architecture with
    {
        Name = "qwen2vl",
        Writing = new(["Qwen2VLForConditionalGeneration", "Qwen2_5_VLForConditionalGeneration"], DescribeWithImages),
    };

    private static JsonObject Configure(ArchitectureKeys keys) => keys.WithMlp(keys.Configuration("Qwen2ForCausalLM"));

    /// <summary>Also of <c>qwen3vl</c>.</summary>
    internal static void DescribeWithImages(ModelKeys keys)
    {
        keys.Dense();
        keys.Sections();
    }

    private static GgufNames Names(ArchitectureKeys keys) => new(CommonNames.Whole(), CommonNames.Attention().WithMlpNorm().With(CommonNames.Mlp));
}

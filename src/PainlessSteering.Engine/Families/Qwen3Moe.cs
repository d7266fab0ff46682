using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>Qwen3 with experts: as Qwen3, with a mixture of experts in most layers, and a window on every layer where it is switched on.</summary>
internal static class Qwen3Moe
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["Qwen3MoeForCausalLM"], (file, config) => Read(file, config, new FusedExperts()), "qwen3_moe");

    /// <summary>The text of Qwen3-VL, whose checkpoints hold all experts of a layer together.</summary>
    public static ModelFamily OfImages { get; } = LlamaShape.Family(["Qwen3MoeForCausalLM"], (file, config) => Read(file, config, new FusedExperts { InputsFirst = null }), "qwen3_moe");

    private static ModelConfig Read(ConfigFile file, ModelConfig config, FusedExperts fused)
    {
        file.Ignore("a window is every layer's or none's", "max_window_layers");
        file.Ignore("use_sliding_window is not set", "sliding_window"); // Asked for where it is.
        return Qwen3.Attention(file, config)
            .WithAttention(attention => attention with { Window = file.Flag("use_sliding_window") ? file.Int("sliding_window") : null })
            .WithExperts(file, mlp => Qwen2Moe.Experts(file, mlp) with { Fused = fused });
    }
}

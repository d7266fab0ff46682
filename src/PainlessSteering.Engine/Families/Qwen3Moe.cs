namespace PainlessSteering.Engine.Families;

/// <summary>Qwen3 with experts: as Qwen3, with a mixture of experts in most layers, and a window on every layer where it is switched on.</summary>
internal static class Qwen3Moe
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["Qwen3MoeForCausalLM"], (file, config) =>
    {
        file.Ignore("a window is every layer's or none's", "max_window_layers");
        file.Ignore("use_sliding_window is not set", "sliding_window"); // Asked for where it is.
        return Qwen3.Attention(file, config)
            .WithAttention(attention => attention with { Window = file.Flag("use_sliding_window") ? file.Int("sliding_window") : null })
            .WithExperts(file, mlp => Qwen2Moe.Experts(file, mlp));
    }, "qwen3_moe");
}

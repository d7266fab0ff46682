using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>Gemma 2: soft caps on scores and logits, norms on both sides of attention and MLP, a window on every other layer; VaultGemma with norms before them alone.</summary>
internal static class Gemma2
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["Gemma2ForCausalLM"], (file, config) => Capped(file, Common(file, config)), "gemma2") with
    {
        Keys = file => file.Or(Defaults),
    };

    /// <summary>VaultGemma: no norm behind the parts.</summary>
    public static ModelFamily Vault { get; } = LlamaShape.Family(["VaultGemmaForCausalLM"], (file, config) => Capped(file, WithScale(file, Gemma.Common(file, config))
        .WithBlocks((_, block) => block with { FeedForwardNorm = block.FeedForwardNorm with { Name = MlpNorm } })), "vaultgemma") with
    {
        Keys = file => file.Or(Defaults),
    };

    private const string MlpNorm = "pre_feedforward_layernorm";

    private const string Defaults = """
        {"tie_word_embeddings": true, "hidden_activation": "gelu_pytorch_tanh", "query_pre_attn_scalar": 256, "head_dim": 256, "sliding_window": 4096, "attn_logit_softcapping": 50,
         "final_logit_softcapping": 30}
        """;

    /// <summary>What Gemma 3 shares: norms on both sides of each part.</summary>
    public static ModelConfig Common(ConfigFile file, ModelConfig config) => WithScale(file, Gemma.Common(file, config)).WithBlocks((_, block) => block with
    {
        MixerOutputNorm = block.MixerNorm with { Name = "post_attention_layernorm" },
        FeedForwardNorm = block.MixerNorm with { Name = MlpNorm },
        FeedForwardOutputNorm = block.MixerNorm with { Name = "post_feedforward_layernorm" },
    });

    private static ModelConfig WithScale(ConfigFile file, ModelConfig config) => config.WithAttention(attention => attention with { QueryScalar = file.Number("query_pre_attn_scalar") });

    private static ModelConfig Capped(ConfigFile file, ModelConfig config) => config
        .WithAttention(attention => attention with { ScoreCap = file.Has("attn_logit_softcapping") ? file.Number("attn_logit_softcapping") : null })
        .WithWindows(LayerTypes.Windows(file, config.Layers, layer => layer % 2 == 0, "sliding_window_pattern", "_sliding_window_pattern")) with
    {
        LogitCap = file.Has("final_logit_softcapping") ? file.Number("final_logit_softcapping") : null,
    };
}

using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>Gemma 2: soft caps on scores and logits, norms on both sides of attention and MLP, a window on every other layer.</summary>
internal static class Gemma2
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["Gemma2ForCausalLM"], (file, config) => Common(file, config)
        .WithAttention(attention => attention with { ScoreCap = file.Has("attn_logit_softcapping") ? file.Number("attn_logit_softcapping") : null })
        .WithWindows(LayerTypes.Windows(file, config.Layers, layer => layer % 2 == 0, "sliding_window_pattern", "_sliding_window_pattern")) with
    {
        LogitCap = file.Has("final_logit_softcapping") ? file.Number("final_logit_softcapping") : null,
    }, "gemma2") with
    {
        Keys = file => file.Or("""{"tie_word_embeddings": true, "hidden_activation": "gelu_pytorch_tanh", "query_pre_attn_scalar": 256}"""),
    };

    /// <summary>What Gemma 3 shares: norms of 1 + weight on both sides of each part, and scaled embeddings.</summary>
    public static ModelConfig Common(ConfigFile file, ModelConfig config)
    {
        NormPlan AddingOne(NormPlan norm) => (RmsNormPlan)norm with { AddsOne = true };
        return config
            .WithAttentionBias(file)
            .WithAttention(attention => attention with { QueryScalar = file.Number("query_pre_attn_scalar") })
            .WithBlocks((_, block) => block with
            {
                MixerNorm = AddingOne(block.MixerNorm),
                MixerOutputNorm = AddingOne(block.MixerNorm) with { Name = "post_attention_layernorm" },
                FeedForwardNorm = AddingOne(block.MixerNorm) with { Name = "pre_feedforward_layernorm" },
                FeedForwardOutputNorm = AddingOne(block.MixerNorm) with { Name = "post_feedforward_layernorm" },
            }) with
        {
            FinalNorm = AddingOne(config.FinalNorm),
            EmbeddingFactor = Math.Sqrt(config.HiddenSize),
        };
    }
}

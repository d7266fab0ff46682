using PainlessSteering.Engine.Blocks;

namespace PainlessSteering.Engine.Families;

/// <summary>Muse-Glimmer, text: Gemma 2's norms around parts, embeddings and heads normed without weights, a gate of what heads see, and a rotation of each layer's own.</summary>
internal static class MuseGlimmer
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["MuseGlimmerForConditionalGeneration"], (file, config) =>
    {
        var scale = file.Number("qk_scale_factor", 1);
        return config.WithAttentionBias(file).WithWindows(LayerTypes.Windows(file, config.Layers, _ => false)).WithBases(file).WithBlocks((_, block) =>
        {
            var norm = (RmsNormPlan)block.MixerNorm;
            var (before, behind) = (norm with { AddsOne = true }, norm with { AddsOne = true, Epsilon = file.Number("post_norm_eps", norm.Epsilon) });
            var attention = (AttentionPlan)block.Mixer;
            return block with
            {
                Mixer = attention with
                {
                    QueryNorm = norm with { HasWeight = false },
                    KeyNorm = norm with { HasWeight = false },
                    QueryScalar = attention.HeadSize / (scale * scale),
                    OutputGate = new AttentionGate("gate_proj"),
                },
                MixerNorm = before,
                MixerOutputNorm = behind with { Name = "post_attention_layernorm" },
                FeedForwardNorm = before with { Name = "pre_feedforward_layernorm" },
                FeedForwardOutputNorm = behind with { Name = "post_feedforward_layernorm" },
            };
        }) with
        {
            EmbeddingNorm = (RmsNormPlan)config.FinalNorm with { Name = "", HasWeight = false },
            LogitFactor = file.Number("output_multiplier", 1),
            LogitCap = file.Has("final_logit_softcapping") ? file.Number("final_logit_softcapping") : null,
        };
    }, "muse_glimmer_text");
}

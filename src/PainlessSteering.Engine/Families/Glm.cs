using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>GLM-4 without experts: half of a head turns, neighbours together, gate and up in one weight; in the later ones norms behind the two parts too.</summary>
internal static class Glm
{
    private const string Defaults = """{"head_dim": 128, "rms_norm_eps": 1.5625e-07}""";

    public static ModelFamily Family { get; } = LlamaShape.Family(["GlmForCausalLM"], Common) with { Keys = file => file.Or(Defaults) };

    public static ModelFamily Glm4 { get; } = LlamaShape.Family(["Glm4ForCausalLM"], (file, config) => Common(file, config).WithBlocks((_, block) => block with
    {
        MixerOutputNorm = block.MixerNorm with { Name = "post_self_attn_layernorm" },
        FeedForwardOutputNorm = block.MixerNorm with { Name = "post_mlp_layernorm" },
    })) with
    {
        Keys = file => file.Or(Defaults),
    };

    private static ModelConfig Common(ConfigFile file, ModelConfig config) => config
        .WithAttention(attention => attention with
        {
            QueryKeyValueBias = file.Flag("attention_bias"),
            RotatesNeighbours = true,
            RotarySize = (int)(attention.HeadSize * LongRope.RotatedShare(file, 0.5)),
        })
        .WithMlp(mlp => mlp with { Names = new MlpNames(Fused: "gate_up_proj") });
}

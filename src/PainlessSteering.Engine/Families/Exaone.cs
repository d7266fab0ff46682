using PainlessSteering.Engine.Blocks;

namespace PainlessSteering.Engine.Families;

/// <summary>EXAONE 3, 3.5 and Deep: Llama with other names of keys and weights.</summary>
internal static class Exaone
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["ExaoneForCausalLM"], (_, config) => Named(config)) with
    {
        Keys = file => file.Renamed(("num_layers", "num_hidden_layers"), ("layer_norm_epsilon", "rms_norm_eps"), ("activation_function", "hidden_act"))
            .Or("""{"rope_theta": 500000, "rms_norm_eps": 1e-5}"""),
    };

    /// <summary>The same model by these names.</summary>
    public static ModelConfig Named(ModelConfig config) => config
        .WithBlocks((_, block) => block with
        {
            Mixer = (AttentionPlan)block.Mixer with { Name = "attn.attention", Names = new AttentionNames(Output: "out_proj") },
            MixerNorm = block.MixerNorm with { Name = "ln_1" },
            FeedForwardNorm = block.FeedForwardNorm with { Name = "ln_2" },
        })
        .WithMlp(mlp => mlp with { Names = new MlpNames("c_fc_0", "c_fc_1", "c_proj") }) with
    {
        Names = new WeightNames { Embedding = "transformer.wte", Blocks = "transformer.h" },
        FinalNorm = config.FinalNorm with { Name = "transformer.ln_f" },
    };
}

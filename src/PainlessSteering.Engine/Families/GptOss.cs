using PainlessSteering.Engine.Blocks;

namespace PainlessSteering.Engine.Families;

/// <summary>
/// gpt-oss: a window in every second layer, a score of each head that takes weight from what is seen, biases everywhere, and experts in every layer whose
/// gate is bounded.
/// </summary>
internal static class GptOss
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["GptOssForCausalLM"], (file, config) =>
    {
        var bias = file.Flag("attention_bias", otherwise: true);
        return config
            .WithWindows(LayerTypes.Windows(file, config.Layers, layer => layer % 2 == 0))
            .WithAttention(attention => attention with
            {
                QueryKeyValueBias = bias,
                OutputBias = bias,
                Sinks = "sinks",
            })
            .WithMlp(mlp => mlp with { Bias = true, Clamp = new ClampedSwiglu(file.Number("swiglu_limit"), file.Number("swiglu_alpha")) })
            .WithBlocks((_, block) => block with
            {
                FeedForward = new MixtureOfExpertsPlan
                {
                    Experts = file.Int("num_local_experts"),
                    Expert = (MlpPlan)block.FeedForward,
                    Fused = new FusedExperts { InputsFirst = true, ByTurns = true },
                    Router = new SoftmaxRouterPlan { Name = "router", Bias = true, Chosen = file.Int(file.Has("num_experts_per_tok") ? "num_experts_per_tok" : "experts_per_token"), Normalises = true },
                },
            });
    }) with
    {
        Keys = file => file.Or("""{"head_dim": 64, "sliding_window": 128, "swiglu_limit": 7, "swiglu_alpha": 1.702, "rms_norm_eps": 1e-5, "rope_theta": 150000}"""),
    };
}

using PainlessSteering.Engine.Blocks;

namespace PainlessSteering.Engine.Families;

/// <summary>Mixtral: Mistral with experts in every layer, whose weights are divided by their sum.</summary>
internal static class Mixtral
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["MixtralForCausalLM"], (file, config) => config
        .WithAttention(attention => attention with { Window = file.Has("sliding_window") ? file.Int("sliding_window") : null })
        .WithBlocks((_, block) => block with
        {
            FeedForward = new MixtureOfExpertsPlan
            {
                NameOfParted = "block_sparse_moe",
                Experts = file.Int("num_local_experts"),
                Expert = (MlpPlan)block.FeedForward with { Names = new MlpNames(Gate: "w1", Up: "w3", Down: "w2") },
                Router = new SoftmaxRouterPlan { Chosen = file.Int("num_experts_per_tok"), Normalises = true },
            },
        }), "mixtral");
}

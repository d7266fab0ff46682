using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>OLMoE: experts in every layer, norms of all query heads and of all key heads together, and in some models bounds on what is projected.</summary>
internal static class Olmoe
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["OlmoeForCausalLM"], (file, config) => config
        .WithAttentionBias(file)
        .WithNormsOfAllHeads()
        .WithAttention(attention => attention with { ProjectionBound = file.Has("clip_qkv") ? file.Number("clip_qkv") : null })
        .WithBlocks((_, block) => block with { FeedForward = Experts(file, (MlpPlan)block.FeedForward) }));

    /// <summary>Experts that are each what a model without experts has for an MLP.</summary>
    public static MixtureOfExpertsPlan Experts(ConfigFile file, MlpPlan mlp) => new()
    {
        Experts = file.Int("num_experts"),
        Expert = mlp,
        Router = new SoftmaxRouterPlan { Chosen = file.Int("num_experts_per_tok"), Normalises = file.Flag("norm_topk_prob") },
    };
}

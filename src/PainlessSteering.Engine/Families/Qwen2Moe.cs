using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>Qwen1.5 and Qwen2 with experts: as Qwen2, with a mixture of experts in most layers and one expert that every row passes.</summary>
internal static class Qwen2Moe
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["Qwen2MoeForCausalLM"], (file, config) => config
        .WithAttention(attention => attention with { QueryKeyValueBias = file.Flag("qkv_bias", otherwise: true) })
        .WithWindows(Qwen2.Windows(file, config.Layers))
        .WithExperts(file, mlp => Experts(file, mlp) with { Shared = new SharedExpertPlan(mlp with { Name = "shared_expert", InnerSize = file.Int("shared_expert_intermediate_size") }) { GateName = "shared_expert_gate" } }), "qwen2_moe");

    /// <summary>The experts as the Qwen families' keys say them, without a shared one.</summary>
    /// <param name="file">The configuration.</param>
    /// <param name="mlp">The MLP of a layer without experts.</param>
    public static MixtureOfExpertsPlan Experts(ConfigFile file, MlpPlan mlp) => new()
    {
        Experts = file.Int(file.Has("num_experts") ? "num_experts" : "num_local_experts"),
        Expert = mlp with { InnerSize = file.Int("moe_intermediate_size") },
        Router = new SoftmaxRouterPlan { Chosen = file.Int("num_experts_per_tok"), Normalises = file.Flag("norm_topk_prob") },
    };

    /// <summary>Gives experts to every layer that has them: each <c>decoder_sparse_step</c>-th that <c>mlp_only_layers</c> does not name.</summary>
    public static ModelConfig WithExperts(this ModelConfig config, ConfigFile file, Func<MlpPlan, MixtureOfExpertsPlan> experts)
    {
        var (step, dense) = (file.Int("decoder_sparse_step", 1), file.Ints("mlp_only_layers"));
        return config.WithBlocks((layer, block) =>
            (layer + 1) % step == 0 && !dense.Contains(layer) ? block with { FeedForward = experts((MlpPlan)block.FeedForward) } : block);
    }
}

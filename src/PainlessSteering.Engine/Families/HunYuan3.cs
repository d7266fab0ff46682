using PainlessSteering.Engine.Blocks;

namespace PainlessSteering.Engine.Families;

/// <summary>Hunyuan 3: norms of each head, experts chosen by sigmoid and a correction.</summary>
internal static class HunYuan3
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["HYV3ForCausalLM"], (file, config) =>
    {
        file.Ignore("sums of experts are in the type computed in", "enable_moe_fp32_combine");
        return config.WithAttentionBias(file).WithHeadNorms().WithMlp(mlp => mlp with { Bias = file.Flag("mlp_bias") }).WithRoutedExperts(
            file,
            new GroupedRouterPlan
            {
                Name = "router.gate",
                CorrectionName = "expert_bias",
                Chosen = file.Int("num_experts_per_tok"),
                Normalises = true,
                Factor = file.Number("router_scaling_factor", 1),
            },
            "shared_mlp");
    });
}

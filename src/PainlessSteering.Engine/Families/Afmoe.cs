using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>Arcee's Trinity: norms on both sides of each part, norms of each head, a gate of what heads see, rotation where there is a window, and experts above some dense layers.</summary>
internal static class Afmoe
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["AfmoeForCausalLM"], (file, config) => config
        .WithAttentionBias(file)
        .WithHeadNorms()
        .WithWindows(LayerTypes.Windows(file, config.Layers, layer => (layer + 1) % file.Int(Every, 4) != 0, Every))
        .WithAttention(attention => attention with { Rotates = attention.Window is not null, OutputGate = new AttentionGate("gate_proj") })
        .WithBlocks((layer, block) => block with
        {
            MixerOutputNorm = block.MixerNorm with { Name = "post_attention_layernorm" },
            FeedForwardNorm = block.MixerNorm with { Name = "pre_mlp_layernorm" },
            FeedForwardOutputNorm = block.MixerNorm with { Name = "post_mlp_layernorm" },
            FeedForward = layer < file.Count("num_dense_layers", 0) ? block.FeedForward : Experts(file, (MlpPlan)block.FeedForward),
        }) with
    {
        EmbeddingFactor = file.Flag("mup_enabled") ? Math.Sqrt(config.HiddenSize) : null,
    });

    private const string Every = "global_attn_every_n_layers";

    private static MixtureOfExpertsPlan Experts(ConfigFile file, MlpPlan mlp)
    {
        if (file.Text("score_func") is not (null or "sigmoid") and var scores)
        {
            throw file.Unsupported("score_func", scores, "sigmoid");
        }

        file.Ignore("matters in training alone", "load_balance_coeff");
        int inner = file.Int("moe_intermediate_size"), shared = file.Count("num_shared_experts", 1);
        return new MixtureOfExpertsPlan
        {
            Experts = file.Int("num_experts"),
            Expert = mlp with { InnerSize = inner },
            Router = new GroupedRouterPlan
            {
                Name = "router.gate",
                CorrectionName = "expert_bias",
                Chosen = file.Int("num_experts_per_tok"),
                Groups = file.Int("n_group", 1),
                GroupsChosen = file.Int("topk_group", 1),
                Normalises = file.Flag("route_norm", otherwise: true),
                Factor = file.Number("route_scale", 1),
            },
            Shared = shared == 0 ? null : new SharedExpertPlan(mlp with { Name = "shared_experts", InnerSize = checked(shared * inner) }),
        };
    }
}

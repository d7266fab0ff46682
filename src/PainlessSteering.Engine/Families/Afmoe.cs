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
        .WithBlocks((_, block) => block with
        {
            MixerOutputNorm = block.MixerNorm with { Name = "post_attention_layernorm" },
            FeedForwardNorm = block.MixerNorm with { Name = "pre_mlp_layernorm" },
            FeedForwardOutputNorm = block.MixerNorm with { Name = "post_mlp_layernorm" },
        })
        .WithRoutedExperts(file, Router(file)) with
    {
        EmbeddingFactor = file.Flag("mup_enabled") ? Math.Sqrt(config.HiddenSize) : null,
    }) with
    {
        Keys = file => file.Renamed(("num_dense_layers", "first_k_dense_replace")).Or("""{"num_shared_experts": 1}"""),
    };

    private const string Every = "global_attn_every_n_layers";

    private static GroupedRouterPlan Router(ConfigFile file)
    {
        if (file.Text("score_func") is not (null or "sigmoid") and var scores)
        {
            throw file.Unsupported("score_func", scores, "sigmoid");
        }

        file.Ignore("matters in training alone", "load_balance_coeff");
        return new GroupedRouterPlan
        {
            Name = "router.gate",
            CorrectionName = "expert_bias",
            Chosen = file.Int("num_experts_per_tok"),
            Groups = file.Int("n_group", 1),
            GroupsChosen = file.Int("topk_group", 1),
            Normalises = file.Flag("route_norm", otherwise: true),
            Factor = file.Number("route_scale", 1),
        };
    }
}

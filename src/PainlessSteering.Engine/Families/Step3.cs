using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>Step 3.5 and the text of Step 3.7: norms of 1 + weight, a gate of each head, more heads where there is a window, and experts whose gates some layers bound.</summary>
internal static class Step3
{
    private const string Types = "mlp_layer_types", Dense = "dense", Sparse = "sparse";

    public static ModelFamily Family { get; } = LlamaShape.Family(["Step3p5ForCausalLM"], (file, config) =>
    {
        RmsNormPlan Norm(NormPlan norm) => (RmsNormPlan)norm with { AddsOne = true };
        var windows = LayerTypes.Windows(file, config.Layers, _ => false);
        var types = LayerTypes.Read(file, Types, config.Layers, Dense, Sparse) ?? throw file.Missing(Types);
        IReadOnlyList<double>? limits = file.NumbersOrNone("swiglu_limits"), shared = file.NumbersOrNone("swiglu_limits_shared");
        file.Ignore("num_sliding_attention_heads says it", "per_layer_config");
        return config
            .WithBlocks((layer, block) => block with { MixerNorm = Norm(block.MixerNorm), FeedForwardNorm = Norm(block.FeedForwardNorm) })
            .WithAttentionBias(file)
            .WithHeadNorms()
            .WithAttention((layer, attention) => OfLayer(file, attention with { Window = windows[layer] }))
            .WithMlp(mlp => mlp with { Bias = file.Flag("mlp_bias") })
            .WithBlocks((layer, block) =>
            {
                var mlp = (MlpPlan)block.FeedForward with { Clamp = Clamp(shared, layer) };
                return block with { FeedForward = types[layer] == Dense ? mlp : Experts(file, mlp, Clamp(limits, layer)) };
            }) with
        {
            FinalNorm = Norm(config.FinalNorm),
        };
    }, "step3p5");

    private static ClampedSilu? Clamp(IReadOnlyList<double>? limits, int layer) => limits is not null && layer < limits.Count && limits[layer] > 0 ? new ClampedSilu(limits[layer], BoundsInput: false) : null;

    private static AttentionPlan OfLayer(ConfigFile file, AttentionPlan attention)
    {
        var type = attention.Window is null ? LayerTypes.Full : LayerTypes.Sliding;
        var own = file.Section("rope_parameters")?.Section(type);
        var rotated = (int)(attention.HeadSize * (own ?? file).Number("partial_rotary_factor", 1));
        return attention with
        {
            Heads = attention.Window is null ? attention.Heads : file.Int("num_sliding_attention_heads", attention.Heads),
            QueryScalar = file.Has("query_pre_attn_scalar") ? file.Number("query_pre_attn_scalar") : null,
            OutputGate = new AttentionGate("g_proj", IsOfHead: true),
            Rope = RopeSettings.Read(file, rotated, own),
            RotarySize = rotated,
        };
    }

    private static MixtureOfExpertsPlan Experts(ConfigFile file, MlpPlan mlp, ClampedSilu? clamp) => new()
    {
        Name = "moe",
        ListName = null,
        Fused = new FusedExperts { GateUp = "gate_proj.weight", Up = "up_proj.weight", Down = "down_proj.weight" },
        Experts = file.Int("n_routed_experts"),
        Expert = mlp with { InnerSize = file.Int("moe_intermediate_size"), Clamp = clamp },
        Router = new GroupedRouterPlan
        {
            CorrectionName = "router_bias",
            Chosen = file.Int("num_experts_per_tok"),
            Normalises = true,
            Factor = file.Number("moe_router_scaling_factor", 1),
        },
        Shared = new SharedExpertPlan(mlp with { Name = "share_expert", InnerSize = file.Int("share_expert_dim") }) { IsBeside = true },
    };
}

using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>ERNIE 4.5: Llama whose neighbouring elements turn together; also with experts, chosen by softmax and a correction.</summary>
internal static class Ernie45
{
    private const string Defaults = """{"tie_word_embeddings": true, "rope_theta": 500000, "rms_norm_eps": 1e-5}""";

    public static ModelFamily Family { get; } = LlamaShape.Family(["Ernie4_5ForCausalLM"], Common, "ernie4_5") with { Keys = file => file.Or(Defaults) };

    public static ModelFamily WithExperts { get; } = LlamaShape.Family(["Ernie4_5_MoeForCausalLM"], (file, config) =>
    {
        int first = file.Count("moe_layer_start_index", 1), every = file.Int("moe_layer_interval", 1);
        var last = file.Has("moe_layer_end_index") && file.Signed("moe_layer_end_index") is >= 0 and var end ? end : config.Layers - 1;
        return Common(file, config).WithBlocks((layer, block) =>
            layer >= first && layer <= last && (layer + 1) % every == 0 ? block with { FeedForward = Experts(file, (MlpPlan)block.FeedForward) } : block);
    }) with
    {
        Keys = file => file.Or(Defaults),
    };

    private static ModelConfig Common(ConfigFile file, ModelConfig config)
    {
        var bias = file.Flag("use_bias");
        return config
            .WithAttention(attention => attention with { RotatesNeighbours = true, QueryKeyValueBias = bias, OutputBias = bias })
            .WithMlp(mlp => mlp with { Bias = bias });
    }

    private static MixtureOfExpertsPlan Experts(ConfigFile file, MlpPlan mlp)
    {
        int inner = file.Int("moe_intermediate_size"), shared = file.Count("moe_num_shared_experts", 2);
        return new MixtureOfExpertsPlan
        {
            Experts = file.Int("moe_num_experts"),
            Expert = mlp with { InnerSize = inner },
            Router = new GroupedRouterPlan
            {
                IsSoftmax = true,
                CorrectionName = "moe_statics.e_score_correction_bias",
                CorrectionIsRow = true,
                Chosen = file.Int("moe_k"),
                Normalises = true,
                LeastSum = file.Number("moe_norm_min", 1e-12),
            },
            Shared = shared == 0 ? null : new SharedExpertPlan(mlp with { Name = "shared_experts", InnerSize = checked(shared * inner) }),
        };
    }
}

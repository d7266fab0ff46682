using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>Granite 3: Llama with factors of the embeddings, of the scores, of what each part adds, and of the logits; also with experts.</summary>
internal static class Granite
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["GraniteForCausalLM"], (file, config) => Common(file, config)
        .WithMlp(mlp => mlp with { Bias = file.Flag("mlp_bias") }), "granite");

    /// <summary>Windows, scores of each head that take weight from what is seen, and rotary positions of each layer's own.</summary>
    public static ModelFamily WithWindows { get; } = LlamaShape.Family(["GraniteSWAForCausalLM"], (file, config) => Common(file, config)
        .WithMlp(mlp => mlp with { Bias = file.Flag("mlp_bias") })
        .WithWindows(LayerTypes.Windows(file, config.Layers, layer => layer % 4 != 0))
        .WithBases(file)
        .WithAttention(attention => attention with { Sinks = "sinks" })) with
    {
        Keys = file => file.Or("""{"tie_word_embeddings": true}"""),
    };

    public static ModelFamily WithExperts { get; } = LlamaShape.Family(["GraniteMoeForCausalLM", "GraniteMoeSharedForCausalLM"], (file, config) => Common(file, config)
        .WithBlocks((_, block) => block with { FeedForward = Experts(file, (MlpPlan)block.FeedForward), SecondFeedForward = Shared(file, (MlpPlan)block.FeedForward) }));

    /// <summary>The factors of a model of Llama's shape.</summary>
    public static ModelConfig Common(ConfigFile file, ModelConfig config)
    {
        double scores = file.Number("attention_multiplier", 1), branches = file.Number("residual_multiplier", 1);
        double embeddings = file.Number("embedding_multiplier", 1), logits = file.Number("logits_scaling", 1);
        return config.WithAttentionBias(file)
            .WithAttention(attention => attention with { QueryScalar = 1 / (scores * scores) })
            .WithBlocks((_, block) => block with { BranchFactor = branches == 1 ? null : branches }) with
        {
            EmbeddingFactor = embeddings == 1 ? null : embeddings,
            LogitFactor = logits == 1 ? null : 1 / logits,
        };
    }

    /// <summary>The MLP beside the experts; null where there is none.</summary>
    public static MlpPlan? Shared(ConfigFile file, MlpPlan mlp) => file.Count("shared_intermediate_size", 0) is > 0 and var inner
        ? mlp with { Name = "shared_mlp", InnerSize = inner, Names = new MlpNames(Fused: "input_linear", Down: "output_linear") }
        : null;

    /// <summary>Experts whose tensors are the part's own.</summary>
    public static MixtureOfExpertsPlan Experts(ConfigFile file, MlpPlan mlp) => new()
    {
        Name = "block_sparse_moe",
        ListName = null,
        Fused = new FusedExperts { GateUp = "input_linear.weight", Down = "output_linear.weight" },
        Experts = file.Int("num_local_experts"),
        Expert = mlp,
        Router = new SoftmaxRouterPlan { Name = "router.layer", Chosen = file.Int("num_experts_per_tok"), Normalises = true },
    };
}

namespace PainlessSteering.Engine.Families;

/// <summary>MiniCPM3: latent attention, and factors of the embeddings, of what each part adds, and of the logits.</summary>
internal static class MiniCpm3
{
    public static ModelFamily Family { get; } = new(["MiniCPM3ForCausalLM"], (file, architecture) =>
    {
        var config = LlamaShape.Read(file, architecture, DeepSeek.Attention(file) with { RotatesNeighbours = false }).WithMlp(mlp => mlp with { Bias = file.Flag("mlp_bias") });
        var (branches, width) = (file.Number("scale_depth", 1) / Math.Sqrt(config.Layers), file.Number("dim_model_base", config.HiddenSize));
        return config.WithBlocks((_, block) => block with { BranchFactor = branches }) with
        {
            EmbeddingFactor = file.Number("scale_emb", 1),
            LogitFactor = width / config.HiddenSize,
        };
    })
    {
        Keys = file => file.Or("""{"tie_word_embeddings": true}"""),
    };
}

using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>Gemma: Llama with an MLP of GELU, norms of 1 + weight, and scaled embeddings.</summary>
internal static class Gemma
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["GemmaForCausalLM"], Common, "gemma") with
    {
        Keys = file => file.Or("""{"tie_word_embeddings": true, "hidden_act": "gelu_pytorch_tanh", "head_dim": 256}"""),
    };

    /// <summary>What Gemma 2 and 3 share.</summary>
    public static ModelConfig Common(ConfigFile file, ModelConfig config) => config
        .WithAttentionBias(file)
        .WithBlocks((_, block) => block with { MixerNorm = AddingOne(block.MixerNorm), FeedForwardNorm = AddingOne(block.FeedForwardNorm) }) with
    {
        FinalNorm = AddingOne(config.FinalNorm),
        EmbeddingFactor = Math.Sqrt(config.HiddenSize),
    };

    private static RmsNormPlan AddingOne(NormPlan norm) => (RmsNormPlan)norm with { AddsOne = true };
}

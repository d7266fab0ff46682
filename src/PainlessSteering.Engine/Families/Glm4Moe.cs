using PainlessSteering.Engine.Blocks;

namespace PainlessSteering.Engine.Families;

/// <summary>GLM-4.5 to 4.7 with experts: attention with biases, in the larger ones with norms of each head, rotated in part; experts as DeepSeek-V3.</summary>
internal static class Glm4Moe
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["Glm4MoeForCausalLM"], (file, config) =>
    {
        config = config.WithAttention(attention => attention with
        {
            QueryKeyValueBias = file.Flag("attention_bias"),
            RotarySize = (int)(attention.HeadSize * LongRope.RotatedShare(file, 0.5)),
        });
        return (file.Flag("use_qk_norm") ? config.WithHeadNorms() : config).WithRoutedExperts(file, DeepSeek.RouterOfV3(file));
    }) with
    {
        Keys = file => file.Or("""{"first_k_dense_replace": 1, "n_shared_experts": 1, "num_experts_per_tok": 8}"""),
    };
}

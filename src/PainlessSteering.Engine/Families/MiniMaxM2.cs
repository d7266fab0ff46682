using PainlessSteering.Engine.Blocks;

namespace PainlessSteering.Engine.Families;

/// <summary>MiniMax-M2: norms of all query heads and of all key heads together, rotated in part, experts in every layer, chosen by sigmoid and a correction.</summary>
internal static class MiniMaxM2
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["MiniMaxM2ForCausalLM"], (file, config) => config
        .WithNormsOfAllHeads()
        .WithAttention(attention => attention with
        {
            RotarySize = file.Has("rotary_dim") ? file.Int("rotary_dim")
                : (int)(attention.HeadSize * LongRope.RotatedShare(file, 1)),
        })
        .WithBlocks((_, block) => block with
        {
            FeedForward = new MixtureOfExpertsPlan
            {
                Name = "block_sparse_moe",
                Experts = file.Int("num_local_experts"),
                Expert = (MlpPlan)block.FeedForward with { Names = new MlpNames(Gate: "w1", Up: "w3", Down: "w2") },
                Router = new GroupedRouterPlan { CorrectionName = "e_score_correction_bias", Chosen = file.Int("num_experts_per_tok"), Normalises = true },
            },
        }));
}

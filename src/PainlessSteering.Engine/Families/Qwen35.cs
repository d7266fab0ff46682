using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>Qwen3.5, dense and with experts: the blocks of Qwen3-Next with a weight for each projection.</summary>
internal static class Qwen35
{
    public static ModelFamily Family { get; } = new(["Qwen3_5ForCausalLM"], (file, architecture) =>
        Read(file, architecture, new MlpPlan { InnerSize = file.Int("intermediate_size") }))
    {
        Keys = file => file.Or(Qwen3Next.Defaults),
        ModelType = "qwen3_5_text",
    };

    public static ModelFamily WithExperts { get; } = new(["Qwen3_5MoeForCausalLM"], (file, architecture) =>
        Read(file, architecture, Qwen3Next.Experts(file, new MlpPlan { InnerSize = file.Int("moe_intermediate_size") }) with { IsPublishedFused = true }))
    {
        Keys = file => file.Or(Qwen3Next.Defaults),
        ModelType = "qwen3_5_moe_text",
    };

    private static ModelConfig Read(ConfigFile file, string architecture, FeedForwardPlan feedForward) => Qwen3Next.Read(file, architecture, isGrouped: false, feedForward);
}

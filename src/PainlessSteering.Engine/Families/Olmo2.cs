using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>
/// OLMo 2 and 3, and FlexOLMo, their form with experts: norms behind the two parts of a block and none before, and norms of all query heads and of all key
/// heads together. In OLMo 3 three layers with a window to one without, of which only the latter have the scaling of rotary positions.
/// </summary>
internal static class Olmo2
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["Olmo2ForCausalLM"], Common);

    public static ModelFamily Olmo3 { get; } = LlamaShape.Family(["Olmo3ForCausalLM"], (file, config) =>
    {
        var full = LayerTypes.Rope(file, LayerTypes.Full);
        var sliding = LayerTypes.Rope(file, LayerTypes.Sliding);
        sliding = file.Section("rope_parameters")?.Section(LayerTypes.Sliding) is null ? sliding with { Scaling = null } : sliding;
        return Common(file, config)
            .WithWindows(LayerTypes.Windows(file, config.Layers, layer => (layer + 1) % file.Int("sliding_window_pattern", 4) != 0, "sliding_window_pattern"))
            .WithAttention(attention => attention with { Rope = attention.Window is null ? full : sliding });
    });

    public static ModelFamily WithExperts { get; } = LlamaShape.Family(["FlexOlmoForCausalLM"], (file, config) => Common(file, config)
        .WithBlocks((_, block) => block with { FeedForward = Olmoe.Experts(file, (MlpPlan)block.FeedForward) }));

    private static ModelConfig Common(ConfigFile file, ModelConfig config) => config.WithAttentionBias(file).WithNormsOfAllHeads().WithOutputNorms();
}

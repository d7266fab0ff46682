using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>
/// EXAONE 4: norms behind the two parts of a block and none before, and norms of each head; layers with a window turn queries and keys, the others do not.
/// K-EXAONE has experts and Llama's norms.
/// </summary>
internal static class Exaone4
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["Exaone4ForCausalLM"], (file, config) => Common(file, config).WithOutputNorms());

    public static ModelFamily WithExperts { get; } = LlamaShape.Family(["ExaoneMoeForCausalLM"], (file, config) =>
        Common(file, config).WithRoutedExperts(file, DeepSeek.RouterOfV3(file) with { CorrectionName = "e_score_correction_bias" }));

    private static ModelConfig Common(ConfigFile file, ModelConfig config)
    {
        config = config.WithHeadNorms();
        if (!file.Has("sliding_window"))
        {
            file.Ignore("no layer has a window", "layer_types", "sliding_window_pattern");
            return config;
        }

        return config
            .WithWindows(LayerTypes.Windows(file, config.Layers, layer => (layer + 1) % file.Int("sliding_window_pattern", 4) != 0, "sliding_window_pattern"))
            .WithAttention(attention => attention with { Rotates = attention.Window is not null });
    }
}

namespace PainlessSteering.Engine.Families;

/// <summary>dots.llm1: norms of each head, a window on the upper layers, experts as DeepSeek-V3.</summary>
internal static class Dots1
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["Dots1ForCausalLM"], (file, config) =>
    {
        config = config.WithAttentionBias(file).WithHeadNorms().WithRoutedExperts(file, DeepSeek.RouterOfV3(file));
        if (!file.Has("sliding_window"))
        {
            file.Ignore("no layer has a window", "layer_types", "max_window_layers");
            return config;
        }

        return config.WithWindows(LayerTypes.Windows(file, config.Layers, layer => layer >= file.Count("max_window_layers", config.Layers), "max_window_layers"));
    });
}

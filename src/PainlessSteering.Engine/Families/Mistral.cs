namespace PainlessSteering.Engine.Families;

/// <summary>Mistral: Llama with a sliding window on every layer where <c>sliding_window</c> is set; Ministral on those that <c>layer_types</c> names.</summary>
internal static class Mistral
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["MistralForCausalLM"], (file, config) => config
        .WithAttention(attention => attention with { Window = file.Has("sliding_window") ? file.Int("sliding_window") : null }), "mistral");

    public static ModelFamily Ministral { get; } = LlamaShape.Family(["MinistralForCausalLM"], (file, config) =>
    {
        if (!file.Has("sliding_window"))
        {
            file.Ignore("no layer has a window", LayerTypes.Key);
            return config;
        }

        return config.WithWindows(LayerTypes.Windows(file, config.Layers, _ => true));
    });
}

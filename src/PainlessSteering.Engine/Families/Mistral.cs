using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>Mistral: Llama with a sliding window on every layer where <c>sliding_window</c> is set; Ministral on those that <c>layer_types</c> names.</summary>
internal static class Mistral
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["MistralForCausalLM"], WithWindow, "mistral") with
    {
        Keys = file => file.Or("""{"sliding_window": 4096}"""),
        TextDefaults = """
            {"vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
             "max_position_embeddings": 131072}
            """,
    };

    public static ModelFamily Ministral { get; } = LlamaShape.Family(["MinistralForCausalLM"], (file, config) =>
    {
        if (!file.Has("sliding_window"))
        {
            file.Ignore("no layer has a window", LayerTypes.Key);
            return config;
        }

        return config.WithWindows(LayerTypes.Windows(file, config.Layers, _ => true));
    });

    /// <summary>Ministral 3: queries grow with their position.</summary>
    public static ModelFamily Ministral3 { get; } = LlamaShape.Family(["Ministral3ForCausalLM"], (file, config) =>
        WithWindow(file, config).WithAttention(attention => attention with { QueryScale = PositionScale.Read(file) }), "ministral3");

    private static ModelConfig WithWindow(ConfigFile file, ModelConfig config) =>
        config.WithAttention(attention => attention with { Window = file.Has("sliding_window") ? file.Int("sliding_window") : null });
}

using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>Qwen2 and 2.5: biases on query, key and value; a sliding window on the upper layers if switched on.</summary>
internal static class Qwen2
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["Qwen2ForCausalLM"], (file, config) => config
        .WithAttention(attention => attention with { QueryKeyValueBias = true })
        .WithWindows(Windows(file, config.Layers)), "qwen2") with
    {
        TextDefaults = """
            {"vocab_size": 151936, "hidden_size": 4096, "intermediate_size": 22016, "num_hidden_layers": 32, "num_attention_heads": 32, "max_position_embeddings": 32768}
            """,
    };

    /// <summary>Shared with Qwen3, whose files have the same keys.</summary>
    public static IReadOnlyList<int?> Windows(ConfigFile file, int layers)
    {
        var types = LayerTypes.Read(file, layers);
        if (!file.Flag("use_sliding_window"))
        {
            file.Ignore("use_sliding_window is not set", "sliding_window", "max_window_layers");
            return types?.Contains(LayerTypes.Sliding) == true ? throw file.Unsupported("layer_types", LayerTypes.Sliding, $"{LayerTypes.Full}, since use_sliding_window is not set") : new int?[layers];
        }

        var window = file.Int("sliding_window");
        if (types is not null)
        {
            file.Ignore("layer_types says it", "max_window_layers");
            return [.. types.Select(type => type == LayerTypes.Sliding ? window : (int?)null)];
        }

        // max_window_layers may be 0: then every layer slides.
        var firstSliding = file.Ints("max_window_layers") is [var first] ? first : throw file.Missing("max_window_layers");
        return [.. Enumerable.Range(0, layers).Select(layer => layer >= firstSliding ? window : (int?)null)];
    }
}

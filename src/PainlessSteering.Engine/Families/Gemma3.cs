using PainlessSteering.Engine.Blocks;

namespace PainlessSteering.Engine.Families;

/// <summary>
/// Gemma 3, text: as Gemma 2 without caps, with norms on query and key heads, five layers with a window to one without, and rotary
/// positions of their own for those with a window.
/// </summary>
internal static class Gemma3
{
    /// <summary>What the published files leave out.</summary>
    private const string Defaults = """
        {"tie_word_embeddings": true, "hidden_activation": "gelu_pytorch_tanh", "query_pre_attn_scalar": 256, "rope_theta": 1000000, "rope_local_base_freq": 10000,
         "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 256, "vocab_size": 262208, "max_position_embeddings": 131072, "sliding_window": 4096}
        """;

    public static ModelFamily Family { get; } = LlamaShape.Family(["Gemma3ForCausalLM"], (file, config) =>
    {
        var rope = file.Section("rope_parameters");
        var sliding = rope?.Section("sliding_attention") is { } own ? RopeSettings.Read(file, own: own) : new RopeSettings(file.Number("rope_local_base_freq"));
        var full = rope?.Section("full_attention") is { } other ? RopeSettings.Read(file, own: other) : null;
        return Gemma2.Common(file, config)
            .WithHeadNorms()
            .WithWindows(LayerTypes.Windows(file, config.Layers, layer => (layer + 1) % file.Int("sliding_window_pattern", 6) != 0, "sliding_window_pattern", "_sliding_window_pattern"))
            .WithAttention(attention => attention with { Rope = attention.Window is null ? full ?? attention.Rope : sliding });
    }, "gemma3_text") with
    {
        Keys = file => file.Or(Defaults),
    };
}

using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>MiMo-V2-Flash: layers with a window have twice the key heads, scores that take weight from what is seen, and a rotation of their own; values are smaller than keys.</summary>
internal static class MimoV2
{
    private const string Period = "hybrid_layer_pattern";

    public static ModelFamily Family { get; } = LlamaShape.Family(["MiMoV2FlashForCausalLM"], (file, config) =>
    {
        var windows = Windows(file, config.Layers);
        double share = LongRope.Holder(file.Section("rope_parameters")?.Section(LayerTypes.Full), file, "partial_rotary_factor").Number("partial_rotary_factor", 1);
        var full = LayerTypes.Rope(file, LayerTypes.Full);
        var sliding = file.Has("swa_rope_theta") ? new RopeSettings(file.Number("swa_rope_theta")) : LayerTypes.Rope(file, LayerTypes.Sliding);
        int heads = file.Int("swa_num_key_value_heads", checked(2 * file.Int("num_key_value_heads")));
        file.Section("rope_parameters")?.Section(LayerTypes.Sliding)?.Number("partial_rotary_factor", share);
        return config
            .WithAttentionBias(file)
            .WithAttention((layer, attention) => attention with
            {
                Window = windows[layer],
                KeyValueHeads = windows[layer] is null ? attention.KeyValueHeads : heads,
                ValueSize = file.Int("v_head_dim", attention.HeadSize),
                ValueFactor = file.Has("attention_value_scale") ? file.Number("attention_value_scale") : null,
                RotarySize = (int)(attention.HeadSize * share),
                Rope = windows[layer] is null ? full : sliding,
                Sinks = file.Flag(windows[layer] is null ? "add_full_attention_sink_bias" : "add_swa_attention_sink_bias", otherwise: windows[layer] is not null) ? "attention_sink_bias" : null,
            })
            .WithRoutedExperts(file, DeepSeek.RouterOfV3(file));
    }) with
    {
        Keys = file => file.Renamed(("layernorm_epsilon", "rms_norm_eps")).Or("""{"n_shared_experts": 0}"""),
    };

    /// <summary>The window of each layer. The published key counts the tokens before a token alone.</summary>
    private static IReadOnlyList<int?> Windows(ConfigFile file, int layers)
    {
        var (pattern, types) = (file.Ints(Period), LayerTypes.Read(file, layers));
        if (types is null && pattern.Count > 0 && pattern.Count != layers)
        {
            throw file.Unsupported(Period, $"{pattern.Count} entries", $"{layers}, one for each layer");
        }

        var window = file.Has("sliding_window_size") ? file.Int("sliding_window_size") + 1 : file.Int("sliding_window");
        bool Slides(int layer) => types is not null ? types[layer] == LayerTypes.Sliding : pattern.Count > 0 ? pattern[layer] != 0 : layer > 0 && (layer + 1) % 6 != 0;
        return [.. Enumerable.Range(0, layers).Select(layer => Slides(layer) ? window : (int?)null)];
    }
}

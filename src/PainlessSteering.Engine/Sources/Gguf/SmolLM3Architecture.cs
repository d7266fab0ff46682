using System.Text.Json.Nodes;
using PainlessSteering.Engine.Families;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>Architecture <c>smollm3</c>: each fourth layer does not turn queries and keys; the rows of the others are those of <c>llama</c>.</summary>
internal static class SmolLM3Architecture
{
    private const int Every = 4;

    public static GgufArchitecture Architecture { get; } = new("smollm3", Configure, Names)
    {
        Unsaid =
        [
            UnsaidPart.Window("a sliding window (use_sliding_window)"),
            new("rotation in other layers than three of four (no_rope_layers)", config => config.WithAttention((layer, attention) => attention with { Rotates = (layer + 1) % Every != 0 })),
        ],
        Writing = new(["SmolLM3ForCausalLM"], keys => keys.Dense()),
    };

    private static JsonObject Configure(ArchitectureKeys keys)
    {
        var config = keys.WithMlp(keys.Configuration("SmolLM3ForCausalLM"));
        config["no_rope_layer_interval"] = Every;
        config["attention_bias"] = keys.Has("blk.0.attn_q.bias");
        config["mlp_bias"] = keys.Has("blk.0.ffn_up.bias");
        return config;
    }

    private static GgufNames Names(ArchitectureKeys keys) => new(
        CommonNames.Whole(), CommonNames.AttentionOfPairs(keys).WithMlpNorm().With(CommonNames.Mlp));
}

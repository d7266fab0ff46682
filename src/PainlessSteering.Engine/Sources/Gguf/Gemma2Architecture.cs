using System.Text.Json.Nodes;
using PainlessSteering.Engine.Families;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>Architecture <c>gemma2</c>. Norms are stored with 1 added. Scores are divided by the square root of a head's size, in the largest model by that of the width over the heads: no key says it.</summary>
internal static class Gemma2Architecture
{
    private const int LayersOf27B = 46, Period = 2;

    public static GgufArchitecture Architecture { get; } = new("gemma2", Configure, Names)
    {
        Unsaid = [new("another scale of the scores than the published sizes have (query_pre_attn_scalar)", config => WithPublishedScale(config, LayersOf27B))],
        Writing = new(["Gemma2ForCausalLM"], Describe),
    };

    private static JsonObject Configure(ArchitectureKeys keys)
    {
        var config = WithWindows(keys.WithMlp(keys.Configuration("Gemma2ForCausalLM")), keys, Period, keys.Int("attention.sliding_window", 0) ?? 4096);
        config["attn_logit_softcapping"] = Cap(keys, "attn_logit_softcapping", 50);
        config["final_logit_softcapping"] = Cap(keys, "final_logit_softcapping", 30);
        config["query_pre_attn_scalar"] = keys.Layers == LayersOf27B ? (double)keys.Hidden / keys.Heads : keys.HeadSize;
        return config;
    }

    private static void Describe(ModelKeys keys)
    {
        keys.Dense();
        keys.Windows(Period);
        if (keys.Attention.ScoreCap is { } scores)
        {
            keys.Add("attn_logit_softcapping", scores);
        }

        if (keys.Model.LogitCap is { } logits)
        {
            keys.Add("final_logit_softcapping", logits);
        }
    }

    /// <summary>A model with the scale of scores that readers take, which no key says.</summary>
    /// <param name="config">The model.</param>
    /// <param name="layersOf27B">Layers of the model that has another one than the others.</param>
    public static ModelConfig WithPublishedScale(ModelConfig config, int layersOf27B) => config.EachAttention(attention => attention with
    {
        QueryScalar = config.Layers == layersOf27B ? (double)config.HiddenSize / attention.Heads : attention.HeadSize,
    });

    /// <summary>Names of the blocks of both Gemmas.</summary>
    public static Dictionary<string, GgufName[]> Block() => CommonNames.Attention(norm: GgufChange.LessOne)
        .With(CommonNames.Mlp)
        .With(
            ("post_attention_norm", [new("post_attention_layernorm", GgufChange.LessOne)]),
            ("ffn_norm", [new("pre_feedforward_layernorm", GgufChange.LessOne)]),
            ("post_ffw_norm", [new("post_feedforward_layernorm", GgufChange.LessOne)]));

    /// <summary>Adds the window, and which layers have it.</summary>
    /// <param name="config">Where to.</param>
    /// <param name="keys">Of the file.</param>
    /// <param name="period">Where the file does not say: the last of so many layers has none.</param>
    /// <param name="window">Tokens; 0 for no window anywhere.</param>
    public static JsonObject WithWindows(JsonObject config, ArchitectureKeys keys, int period, int window)
    {
        var slides = keys.Windows(period);
        config["layer_types"] = new JsonArray([.. slides.Select(slide => JsonValue.Create(slide && window > 0 ? "sliding_attention" : "full_attention"))]);
        if (window > 0)
        {
            config["sliding_window"] = window;
        }

        return config;
    }

    private static GgufNames Names(ArchitectureKeys keys) => new(CommonNames.Whole(GgufChange.LessOne), Block());

    private static JsonValue? Cap(ArchitectureKeys keys, string key, double otherwise) => (keys.Number(key) ?? otherwise) is > 0 and var cap ? JsonValue.Create(cap) : null;
}

using System.Text.Json.Nodes;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Families;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>Architecture <c>gemma3</c>, as far as it reads text; norms and scale as in <c>gemma2</c>. Files of other converters have the rotary bases under other keys.</summary>
internal static class Gemma3Architecture
{
    private const int LayersOf27B = 62, Period = 6;

    public static GgufArchitecture Architecture { get; } = new("gemma3", Configure, Names)
    {
        Unsaid =
        [
            new("another scale of the scores than the published sizes have (query_pre_attn_scalar)", config => Gemma2Architecture.WithPublishedScale(config, LayersOf27B)),
            new("windows on other layers than five of six (layer_types)", WithUsualWindows),
        ],
        Writing = new(["Gemma3ForCausalLM"], Describe),
    };

    private static JsonObject Configure(ArchitectureKeys keys)
    {
        var config = Gemma2Architecture.WithWindows(keys.WithMlp(keys.Configuration("Gemma3ForCausalLM")), keys, Period, keys.Int("attention.sliding_window", 0) ?? 0);
        config["rope_theta"] = keys.Number("rope.freq_base") ?? keys.Number("rope.global.freq_base") ?? 10000;
        config["rope_local_base_freq"] = keys.Number("rope.freq_base_swa") ?? keys.Number("rope.local.freq_base") ?? 10000;
        config["query_pre_attn_scalar"] = keys.Layers == LayersOf27B ? (double)keys.Hidden / keys.Heads : keys.HeadSize;
        return config;
    }

    private static void Describe(ModelKeys keys)
    {
        keys.Dense();
        keys.Windows(Period);
        if (Sliding(keys.Model) is { } sliding)
        {
            keys.Add("rope.freq_base_swa", sliding.Rope.Theta);
        }
    }

    private static AttentionPlan? Sliding(ModelConfig config) => config.Blocks.Cast<SequentialBlock>().Select(block => block.Mixer).Cast<AttentionPlan>().FirstOrDefault(attention => attention.Window is not null);

    private static ModelConfig WithUsualWindows(ModelConfig config)
    {
        if (Sliding(config) is not { } sliding)
        {
            return config;
        }

        var full = new ModelKeys(config, "").Attention with { Window = null };
        return config.WithAttention((layer, _) => layer % Period < Period - 1 ? sliding : full);
    }

    private static GgufNames Names(ArchitectureKeys keys) => new(CommonNames.Whole(GgufChange.LessOne), Gemma2Architecture.Block().With(CommonNames.HeadNorms(GgufChange.LessOne)));
}

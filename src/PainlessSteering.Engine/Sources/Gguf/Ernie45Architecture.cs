using System.Text.Json.Nodes;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>Architecture <c>ernie4_5</c>: ERNIE 4.5 without experts.</summary>
internal static class Ernie45Architecture
{
    public static GgufArchitecture Architecture { get; } = new("ernie4_5", Configure, Names)
    {
        Writing = new(["Ernie4_5ForCausalLM"], keys => keys.Dense()),
    };

    private static JsonObject Configure(ArchitectureKeys keys)
    {
        var config = keys.WithMlp(keys.Configuration("Ernie4_5ForCausalLM"));
        config["use_bias"] = keys.Has("blk.0.attn_q.bias");
        return config;
    }

    private static GgufNames Names(ArchitectureKeys keys) => new(CommonNames.Whole(), CommonNames.Attention().WithMlpNorm().With(CommonNames.Mlp));
}

using System.Text.Json.Nodes;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>Architecture <c>seed_oss</c>: Seed-OSS, whose norm before the MLP has another name.</summary>
internal static class SeedOssArchitecture
{
    public static GgufArchitecture Architecture { get; } = new("seed_oss", Configure, Names)
    {
        Writing = new(["SeedOssForCausalLM"], keys => keys.Dense()),
    };

    private static JsonObject Configure(ArchitectureKeys keys)
    {
        var config = keys.WithMlp(keys.Configuration("SeedOssForCausalLM"));
        config["attention_bias"] = keys.Has("blk.0.attn_q.bias");
        config["attention_out_bias"] = keys.Has("blk.0.attn_output.bias");
        config["mlp_bias"] = keys.Has("blk.0.ffn_up.bias");
        return config;
    }

    private static GgufNames Names(ArchitectureKeys keys) => new(CommonNames.Whole(), CommonNames.Attention().WithMlpNorm("post_attention_norm").With(CommonNames.Mlp));
}

using System.Text.Json.Nodes;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>
/// Architecture <c>llama</c>: Llama, Mistral, Mixtral, SmolLM2 and all that llama.cpp's converter takes for one. Its query and key rows have the
/// elements that turn together side by side. Rotary frequencies that no rule gives stand in a tensor of factors.
/// </summary>
internal static class LlamaArchitecture
{
    public static GgufArchitecture Architecture { get; } = new("llama", Configure, Names)
    {
        Unsaid = ["a sliding window (Mistral 7B v0.1, Mixtral)", "rotary frequencies that grow with the text (dynamic scaling)", "YaRN's scales of cosines and sines (mscale)"],
    };

    private static JsonObject Configure(ArchitectureKeys keys)
    {
        foreach (var (key, none) in new[] { ("expert_count", "0: experts are not read from this format yet"), ("expert_used_count", "0") })
        {
            _ = keys.Int(key, 0) is null or 0 ? 0 : throw keys.Unsupported(key, none);
        }

        var config = keys.WithMlp(keys.Configuration("LlamaForCausalLM"));
        config["attention_bias"] = keys.Has("blk.0.attn_q.bias");
        config["mlp_bias"] = keys.Has("blk.0.ffn_up.bias");
        return config;
    }

    internal static GgufNames Names(ArchitectureKeys keys) => new(
        CommonNames.Whole(), CommonNames.Attention(GgufChange.PairsApart(keys.Heads), GgufChange.PairsApart(keys.KeyValueHeads)).WithMlpNorm().With(CommonNames.Mlp));
}

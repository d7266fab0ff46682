using System.Text.Json.Nodes;
using PainlessSteering.Engine.Blocks;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>
/// Architecture <c>llama</c>: Llama, Mistral, Mixtral, SmolLM2 and all that llama.cpp's converter takes for one. Its query and key rows have the
/// elements that turn together side by side. Rotary frequencies that no rule gives stand in a tensor of factors.
/// </summary>
internal static class LlamaArchitecture
{
    public static GgufArchitecture Architecture { get; } = new("llama", Configure, Names)
    {
        Unsaid =
        [
            UnsaidPart.Window("a sliding window (Mistral 7B v0.1, Mixtral)"),
            new("rotary frequencies that grow with the text (dynamic scaling)", config => config), // No family has them.
            new("YaRN's scales of cosines and sines (mscale)", config => config), // Files that are written here have a key for them.
        ],
        Writing = new(["LlamaForCausalLM", "MistralForCausalLM", "MixtralForCausalLM"], Describe),
    };

    private static JsonObject Configure(ArchitectureKeys keys)
    {
        var (experts, chosen) = (keys.Experts, keys.Int("expert_used_count", 0));
        if (experts > 0)
        {
            var mixture = keys.Configuration("MixtralForCausalLM");
            var key = keys.Int("feed_forward_length");
            mixture["intermediate_size"] = keys.Rows("blk.0.ffn_up_exps.weight") ?? keys.Rows("blk.0.ffn_up.0.weight") ?? key ?? throw keys.Metadata.Missing(keys.Key("feed_forward_length"));
            mixture["num_local_experts"] = experts;
            mixture["num_experts_per_tok"] = chosen ?? throw keys.Metadata.Missing(keys.Key("expert_used_count"));
            return mixture;
        }

        var config = keys.WithMlp(keys.Configuration("LlamaForCausalLM"));
        config["attention_bias"] = keys.Has("blk.0.attn_q.bias");
        config["mlp_bias"] = keys.Has("blk.0.ffn_up.bias");
        return config;
    }

    private static void Describe(ModelKeys keys)
    {
        keys.Common();
        if (keys.Blocks.First().FeedForward is MixtureOfExpertsPlan experts)
        {
            keys.Add("feed_forward_length", experts.Expert.InnerSize);
            keys.Add("expert_count", experts.Experts);
            keys.Add("expert_used_count", experts.Router.Chosen);
        }
        else
        {
            keys.Mlp();
        }
    }

    /// <summary>Also of <c>mistral3</c>.</summary>
    internal static GgufNames Names(ArchitectureKeys keys)
    {
        var names = CommonNames.AttentionOfPairs(keys).WithMlpNorm();
        var experts = keys.Experts;
        return new(CommonNames.Whole(), experts == 0 ? names.With(CommonNames.Mlp) : names
            .With(CommonNames.Experts(keys, "block_sparse_moe", "w1", "w3", "w2"))
            .With([.. Enumerable.Range(0, experts).SelectMany(ExpertAlone)]));
    }

    /// <summary>The first files of this format had a tensor for each expert.</summary>
    private static IEnumerable<(string, GgufName[])> ExpertAlone(int expert) =>
        new[] { ("gate", "w1"), ("up", "w3"), ("down", "w2") }.Select(part => ($"ffn_{part.Item1}.{expert}", new GgufName[] { new($"block_sparse_moe.experts.{expert}.{part.Item2}") }));
}

using System.Text.Json.Nodes;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>Architecture <c>granite</c>: Granite 3 with its factors; the rows of queries and keys are those of <c>llama</c>.</summary>
internal static class GraniteArchitecture
{
    /// <summary>The factors' keys, and what the family calls them.</summary>
    private static readonly (string Key, string Name)[] Factors =
        [("attention.scale", "attention_multiplier"), ("embedding_scale", "embedding_multiplier"), ("residual_scale", "residual_multiplier"), ("logit_scale", "logits_scaling")];

    public static GgufArchitecture Architecture { get; } = new("granite", Configure, Names)
    {
        Writing = new(["GraniteForCausalLM"], Describe),
    };

    private static JsonObject Configure(ArchitectureKeys keys)
    {
        var config = keys.WithMlp(keys.Configuration("GraniteForCausalLM"));
        foreach (var (key, name) in Factors)
        {
            config[name] = keys.Number(key) is > 0 and var factor ? factor : key == "attention.scale" ? 1 / Math.Sqrt(keys.HeadSize) : 1;
        }

        RefuseOtherLayers(keys);
        config["attention_bias"] = keys.Has("blk.0.attn_q.bias");
        config["mlp_bias"] = keys.Has("blk.0.ffn_up.bias");
        return config;
    }

    /// <summary>Granite 4 without state spaces says of what it has no layers; one whose queries and keys do not turn is another model.</summary>
    private static void RefuseOtherLayers(ArchitectureKeys keys)
    {
        const string Turns = "rope.scaling.finetuned";
        if (keys.Metadata.Flag(keys.Key(Turns)) == false)
        {
            throw keys.Unsupported(Turns, "true: queries and keys that turn");
        }

        if (keys.Experts > 0)
        {
            throw keys.Unsupported("expert_count", "0");
        }

        foreach (var key in new[] { "expert_used_count", "expert_shared_feed_forward_length", "ssm.conv_kernel", "ssm.state_size", "ssm.group_count", "ssm.inner_size", "ssm.time_step_rank" })
        {
            _ = keys.Int(key, 0); // Of layers that the file has no tensors for.
        }
    }

    private static void Describe(ModelKeys keys)
    {
        keys.Dense();
        foreach (var (key, name) in Factors)
        {
            keys.Add(key, keys.Keys.Number(name, 1));
        }
    }

    private static GgufNames Names(ArchitectureKeys keys) => new(
        CommonNames.Whole(), CommonNames.AttentionOfPairs(keys).WithMlpNorm().With(CommonNames.Mlp));
}

using System.Text.Json.Nodes;
using PainlessSteering.Engine.Blocks;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>
/// Architecture <c>qwen3next</c>: Qwen3-Next. Norms are stored with 1 added, rates as the negative of their exponential. The file has a tensor for queries,
/// keys and values and one for gates, where the published checkpoints have one for all.
/// </summary>
internal static class Qwen3NextArchitecture
{
    private const string Linear = "linear_attention", Full = "full_attention";

    public static GgufArchitecture Architecture { get; } = new("qwen3next", Configure, Names) { Writing = new(["Qwen3NextForCausalLM"], Describe) };

    private static JsonObject Configure(ArchitectureKeys keys) =>
        Qwen2MoeArchitecture.WithSharedExpert(Qwen2MoeArchitecture.WithExperts(keys.WithMlp(Configuration(keys, "Qwen3NextForCausalLM")), keys, normalises: true), keys);

    private static void Describe(ModelKeys keys)
    {
        DescribeMixers(keys);
        keys.Mlp();
        keys.Experts();
    }

    private static GgufNames Names(ArchitectureKeys keys)
    {
        var heads = KeyHeads(keys);
        return new(CommonNames.Whole(GgufChange.LessOne), Attention()
            .With(Delta(GgufChange.Channels, null))
            .With(("ssm_ba", [new("linear_attn.in_proj_b", GgufChange.EachSecond(heads, 0)), new("linear_attn.in_proj_a", GgufChange.EachSecond(heads, 1))]))
            .With(CommonNames.Experts(keys)).With(CommonNames.SharedExpert));
    }

    /// <summary>Heads of queries and keys of a delta network.</summary>
    public static int KeyHeads(ArchitectureKeys keys) => keys.Required("ssm.group_count");

    /// <summary>Heads of values and states of a delta network.</summary>
    public static int ValueHeads(ArchitectureKeys keys) => keys.Required("ssm.time_step_rank") is var heads && heads % KeyHeads(keys) == 0
        ? heads : throw keys.Unsupported("ssm.time_step_rank", FormattableString.Invariant($"a multiple of {KeyHeads(keys)}, the heads of keys"));

    /// <summary>Elements of a value head of a delta network.</summary>
    public static int ValueSize(ArchitectureKeys keys) => keys.Required("ssm.inner_size") is var values && values % ValueHeads(keys) == 0
        ? values / ValueHeads(keys) : throw keys.Unsupported("ssm.inner_size", FormattableString.Invariant($"a multiple of {ValueHeads(keys)}, the heads of values"));

    /// <summary>The keys of a model whose blocks mix in this way.</summary>
    public static JsonObject Configuration(ArchitectureKeys keys, string family)
    {
        var config = keys.Configuration(family, partial: true);
        config["layer_types"] = new JsonArray([.. Types(keys).Select(type => JsonValue.Create(type))]);
        config["linear_conv_kernel_dim"] = keys.Required("ssm.conv_kernel");
        config["linear_num_key_heads"] = KeyHeads(keys);
        config["linear_key_head_dim"] = keys.Required("ssm.state_size");
        config["linear_num_value_heads"] = ValueHeads(keys);
        config["linear_value_head_dim"] = ValueSize(keys);
        config["partial_rotary_factor"] ??= 1;
        return config;
    }

    /// <summary>The other direction of <see cref="Configuration"/>.</summary>
    public static void DescribeMixers(ModelKeys keys)
    {
        keys.Common();
        bool[] recurrent = [.. keys.Blocks.Select(block => block.Mixer is GatedDeltaNetPlan)];
        if (Enumerable.Range(1, recurrent.Length).Where(interval => recurrent.Select((linear, layer) => linear == ((layer + 1) % interval != 0)).All(same => same)).Cast<int?>().FirstOrDefault() is { } regular)
        {
            keys.Add("full_attention_interval", regular);
        }
        else
        {
            keys.Add("attention.recurrent_layers", recurrent);
        }

        if (keys.Blocks.Select(block => block.Mixer).OfType<GatedDeltaNetPlan>().FirstOrDefault() is { } delta)
        {
            keys.Add("ssm.conv_kernel", delta.Taps);
            keys.Add("ssm.state_size", delta.KeySize);
            keys.Add("ssm.group_count", delta.KeyHeads);
            keys.Add("ssm.time_step_rank", delta.Heads);
            keys.Add("ssm.inner_size", delta.Values);
        }
    }

    /// <summary>The attention of full layers, and the norms of all.</summary>
    public static Dictionary<string, GgufName[]> Attention() => CommonNames.Attention(norm: GgufChange.LessOne)
        .WithMlpNorm("post_attention_norm", GgufChange.LessOne).With(CommonNames.HeadNorms(GgufChange.LessOne));

    /// <summary>What both kinds of delta networks have.</summary>
    /// <param name="channels">How the convolution is changed.</param>
    /// <param name="heads">How rows of value heads are changed.</param>
    public static (string, GgufName[])[] Delta(GgufChange channels, GgufChange? heads) =>
    [
        ("ssm_a", [new("linear_attn.A_log", heads is null ? GgufChange.LogOfNegative : GgufChange.LogOfNegative.Then(heads))]),
        ("ssm_dt.bias", [new("linear_attn.dt_bias", heads)]),
        ("ssm_conv1d", [new("linear_attn.conv1d", channels)]),
        ("ssm_norm", [new("linear_attn.norm")]),
        ("ssm_out", [new("linear_attn.out_proj")]),
        ("attn_qkv", [new("linear_attn.in_proj_qkv")]),
        ("attn_gate", [new("linear_attn.in_proj_z")]),
    ];

    private static IEnumerable<string> Types(ArchitectureKeys keys)
    {
        var interval = keys.Int("full_attention_interval") ?? 4;
        var recurrent = keys.PerLayer("attention.recurrent_layers") ?? [.. Enumerable.Range(1, keys.Layers).Select(layer => layer % interval != 0)];
        return recurrent.Select(linear => linear ? Linear : Full);
    }
}

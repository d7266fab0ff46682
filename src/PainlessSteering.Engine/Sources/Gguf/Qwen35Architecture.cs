namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>
/// Architectures <c>qwen35</c> and <c>qwen35moe</c>: Qwen3.5. As <c>qwen3next</c>, with a tensor for each projection, and with the value heads in another
/// order: the first of all key heads, then the second.
/// </summary>
internal static class Qwen35Architecture
{
    public static GgufArchitecture Architecture { get; } = new("qwen35", keys => keys.WithMlp(Qwen3NextArchitecture.Configuration(keys, "Qwen3_5ForCausalLM")), keys => Names(keys, CommonNames.Mlp))
    {
        Writing = new(["Qwen3_5ForCausalLM"], keys => Describe(keys, hasExperts: false)),
    };

    public static GgufArchitecture WithExperts { get; } = new(
        "qwen35moe",
        keys => Qwen2MoeArchitecture.WithSharedExpert(Qwen2MoeArchitecture.WithExperts(Qwen3NextArchitecture.Configuration(keys, "Qwen3_5MoeForCausalLM"), keys, normalises: true), keys),
        keys => Names(keys, [.. CommonNames.Experts(keys), .. CommonNames.SharedExpert]))
    {
        Writing = new(["Qwen3_5MoeForCausalLM"], keys => Describe(keys, hasExperts: true)),
    };

    private static void Describe(ModelKeys keys, bool hasExperts)
    {
        Qwen3NextArchitecture.DescribeMixers(keys);
        keys.Sections();
        keys.Mlp();
        if (hasExperts)
        {
            keys.Experts();
        }
    }

    private static GgufNames Names(ArchitectureKeys keys, (string, GgufName[])[] feedForward)
    {
        int keyHeads = Qwen3NextArchitecture.KeyHeads(keys), heads = Qwen3NextArchitecture.ValueHeads(keys);
        var values = GgufChange.HeadsTogether(keyHeads, heads, Qwen3NextArchitecture.ValueSize(keys));
        var each = GgufChange.HeadsTogether(keyHeads, heads, 1);
        return new(CommonNames.Whole(GgufChange.LessOne), Qwen3NextArchitecture.Attention()
            .With(Qwen3NextArchitecture.Delta(values.Then(GgufChange.Channels), each))
            .With(
                ("attn_qkv", [new("linear_attn.in_proj_qkv", values)]),
                ("attn_gate", [new("linear_attn.in_proj_z", values)]),
                ("ssm_alpha", [new("linear_attn.in_proj_a", each)]),
                ("ssm_beta", [new("linear_attn.in_proj_b", each)]),
                ("ssm_out", [new("linear_attn.out_proj", values.OnColumns())]))
            .With(feedForward));
    }
}

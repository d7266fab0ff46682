namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>Names of tensors that most architectures have, and what most families call them.</summary>
internal static class CommonNames
{
    /// <summary>Those that are not a block's.</summary>
    /// <param name="norm">How norms are changed.</param>
    /// <param name="factors">Tensors that are part of the configuration, if any.</param>
    public static Dictionary<string, GgufName[]> Whole(GgufChange? norm = null, params string[] factors) => With(
        new()
        {
            ["token_embd"] = [new("model.embed_tokens")],
            ["output_norm"] = [new("model.norm", norm)],
            ["output"] = [new("lm_head")],
        },
        [.. factors.Append("rope_freqs").Select(factor => (factor, Array.Empty<GgufName>()))]);

    /// <summary>Attention and its norm.</summary>
    /// <param name="query">How queries are changed.</param>
    /// <param name="key">How keys are changed.</param>
    /// <param name="norm">How norms are changed.</param>
    public static Dictionary<string, GgufName[]> Attention(GgufChange? query = null, GgufChange? key = null, GgufChange? norm = null) => new()
    {
        ["attn_norm"] = [new("input_layernorm", norm)],
        ["attn_q"] = [new("self_attn.q_proj", query)],
        ["attn_k"] = [new("self_attn.k_proj", key)],
        ["attn_v"] = [new("self_attn.v_proj")],
        ["attn_output"] = [new("self_attn.o_proj")],
        ["attn_rot_embd"] = [], // Frequencies that the first files of this format repeated.
    };

    /// <summary>The same where the file has the elements of queries and keys that turn together side by side (Llama).</summary>
    public static Dictionary<string, GgufName[]> AttentionOfPairs(ArchitectureKeys keys) => Attention(GgufChange.PairsApart(keys.Heads), GgufChange.PairsApart(keys.KeyValueHeads));

    /// <summary>Norms of query and key heads.</summary>
    /// <param name="norm">How they are changed.</param>
    public static (string, GgufName[])[] HeadNorms(GgufChange? norm = null) => [("attn_q_norm", [new("self_attn.q_norm", norm)]), ("attn_k_norm", [new("self_attn.k_norm", norm)])];

    /// <summary>The MLP.</summary>
    public static (string, GgufName[])[] Mlp { get; } = [("ffn_gate", [new("mlp.gate_proj")]), ("ffn_up", [new("mlp.up_proj")]), ("ffn_down", [new("mlp.down_proj")])];

    /// <summary>The router, and experts that lie behind each other in three tensors.</summary>
    /// <param name="keys">Says how many there are.</param>
    /// <param name="part">The feed-forward part.</param>
    /// <param name="gate">Of an expert.</param>
    /// <param name="up">Of an expert.</param>
    /// <param name="down">Of an expert.</param>
    public static (string, GgufName[])[] Experts(ArchitectureKeys keys, string part = "mlp", string gate = "gate_proj", string up = "up_proj", string down = "down_proj")
    {
        var experts = Enumerable.Range(0, keys.Experts);
        GgufName[] Each(string name) => [.. experts.Select(expert => new GgufName($"{part}.experts.{expert}.{name}", Index: expert))];
        return [("ffn_gate_inp", [new($"{part}.gate")]), ("ffn_gate_exps", Each(gate)), ("ffn_up_exps", Each(up)), ("ffn_down_exps", Each(down))];
    }

    /// <summary>The expert that every row passes, and its gate.</summary>
    public static (string, GgufName[])[] SharedExpert { get; } =
    [
        ("ffn_gate_shexp", [new("mlp.shared_expert.gate_proj")]), ("ffn_up_shexp", [new("mlp.shared_expert.up_proj")]), ("ffn_down_shexp", [new("mlp.shared_expert.down_proj")]),
        ("ffn_gate_inp_shexp", [new("mlp.shared_expert_gate", GgufChange.OneRow)]),
    ];

    /// <summary>Names with others.</summary>
    public static Dictionary<string, GgufName[]> With(this Dictionary<string, GgufName[]> names, params (string Tensor, GgufName[] Names)[] others)
    {
        foreach (var (tensor, of) in others)
        {
            names[tensor] = of;
        }

        return names;
    }

    /// <summary>Names with the norm before the MLP, which architectures call differently.</summary>
    public static Dictionary<string, GgufName[]> WithMlpNorm(this Dictionary<string, GgufName[]> names, string tensor = "ffn_norm", GgufChange? norm = null) =>
        names.With((tensor, [new("post_attention_layernorm", norm)]));
}

using System.Text.Json.Nodes;
using PainlessSteering.Engine.Files.Gguf;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>
/// Architecture <c>llama</c>: Llama, Mistral, SmolLM2 and all that llama.cpp's converter takes for one. Its query and key rows have the
/// elements that turn together side by side. Rotary frequencies that no rule gives stand in a tensor of factors.
/// </summary>
internal static class LlamaArchitecture
{
    private const string Name = "llama";
    private const string RotaryFactors = "rope_freqs.weight";

    public static GgufArchitecture Architecture { get; } = new(Name, Configure, Names);

    private static JsonObject Configure(GgufFile file)
    {
        var keys = file.Metadata;
        int Required(string key) => keys.Int($"{Name}.{key}", 1) ?? throw keys.Missing($"{Name}.{key}");
        int hidden = Required("embedding_length"), heads = Required("attention.head_count");
        var head = HeadSize(keys, hidden, heads);
        foreach (var (key, none) in new[] { ("expert_count", "0: experts are not read from this format yet"), ("expert_used_count", "0") })
        {
            _ = keys.Int($"{Name}.{key}", 0) is null or 0 ? 0 : throw keys.Unsupported($"{Name}.{key}", none);
        }

        var config = new JsonObject
        {
            ["architectures"] = new JsonArray("LlamaForCausalLM"),
            ["hidden_size"] = hidden,
            ["intermediate_size"] = Required("feed_forward_length"),
            ["num_hidden_layers"] = Required("block_count"),
            ["num_attention_heads"] = heads,
            ["num_key_value_heads"] = keys.Int($"{Name}.attention.head_count_kv", 1) ?? heads,
            ["head_dim"] = head,
            ["max_position_embeddings"] = Required("context_length"),
            ["rms_norm_eps"] = keys.Number($"{Name}.attention.layer_norm_rms_epsilon") ?? throw keys.Missing($"{Name}.attention.layer_norm_rms_epsilon"),
            ["rope_theta"] = keys.Number($"{Name}.rope.freq_base") ?? 10000,
            ["tie_word_embeddings"] = !file.Tensors.ContainsKey("output.weight"),
            ["attention_bias"] = file.Tensors.ContainsKey("blk.0.attn_q.bias"),
            ["mlp_bias"] = file.Tensors.ContainsKey("blk.0.ffn_up.bias"),
        };
        if (Scaling(file, head) is { } scaling)
        {
            config["rope_scaling"] = scaling;
        }

        return config;
    }

    private static int HeadSize(GgufMetadata keys, int hidden, int heads)
    {
        var head = keys.Int($"{Name}.attention.key_length", 1) ?? (hidden % heads == 0 ? hidden / heads : throw keys.Unsupported($"{Name}.attention.head_count", "a divisor of the width, or a key of the head's size"));
        foreach (var (key, what) in new[] { ("attention.value_length", "the size of a head's key"), ("rope.dimension_count", "the size of a head, all of which is rotated") })
        {
            if (keys.Int($"{Name}.{key}", 0) is { } given && given != head)
            {
                throw keys.Unsupported($"{Name}.{key}", FormattableString.Invariant($"{head}, {what}"));
            }
        }

        return head;
    }

    private static JsonObject? Scaling(GgufFile file, int head)
    {
        var keys = file.Metadata;
        var kind = keys.Text($"{Name}.rope.scaling.type") ?? "linear";
        var factor = keys.Number($"{Name}.rope.scaling.factor") ?? keys.Number($"{Name}.rope.scale_linear") ?? 1;
        if (file.Tensors.TryGetValue(RotaryFactors, out var factors))
        {
            if (factors is not { Type.Name: "F32", Shape: [var pairs] } || pairs != head / 2 || factor != 1)
            {
                throw new PasException("the factors of rotary frequencies are not valid", $"{file.Path}, tensor '{RotaryFactors}'", FormattableString.Invariant($"F32 with {head / 2} numbers, and no other scaling")) { Code = ErrorCodes.FileDamaged };
            }

            return new JsonObject { ["rope_type"] = "longrope", ["short_factor"] = new JsonArray([.. file.ReadFloats(factors).Select(value => JsonValue.Create(value))]), ["attention_factor"] = 1 };
        }

        return kind switch
        {
            "none" => null,
            "linear" => factor == 1 ? null : new JsonObject { ["rope_type"] = "linear", ["factor"] = factor },
            _ => throw keys.Unsupported($"{Name}.rope.scaling.type", "none or linear"),
        };
    }

    private static GgufNames Names(JsonObject config) => new(
        new Dictionary<string, GgufName?>
        {
            ["token_embd"] = new("model.embed_tokens"),
            ["output_norm"] = new("model.norm"),
            ["output"] = new("lm_head"),
            ["rope_freqs"] = null, // Part of the configuration.
        },
        new Dictionary<string, GgufName?>
        {
            ["attn_norm"] = new("input_layernorm"),
            ["attn_q"] = new("self_attn.q_proj", (int)config["num_attention_heads"]!),
            ["attn_k"] = new("self_attn.k_proj", (int)config["num_key_value_heads"]!),
            ["attn_v"] = new("self_attn.v_proj"),
            ["attn_output"] = new("self_attn.o_proj"),
            ["ffn_norm"] = new("post_attention_layernorm"),
            ["ffn_gate"] = new("mlp.gate_proj"),
            ["ffn_up"] = new("mlp.up_proj"),
            ["ffn_down"] = new("mlp.down_proj"),
            ["attn_rot_embd"] = null, // Frequencies that the first files of this format repeated.
        },
        "model.layers.{0}.");
}

using System.Text.Json.Nodes;
using PainlessSteering.Engine.Files.Gguf;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>The metadata of an architecture, and what all architectures say alike, in the words of a config.json.</summary>
/// <param name="file">The file.</param>
/// <param name="name">The architecture, which stands before its keys.</param>
internal sealed class ArchitectureKeys(IGgufContent file, string name)
{
    private const string RotaryFactors = "rope_freqs.weight";
    private const int MostLayers = 10_000, MostExperts = 10_000; // Each is named before a weight is read, so that no file decides how many.

    /// <summary>The file.</summary>
    public IGgufContent File => file;

    /// <summary>All metadata.</summary>
    public GgufMetadata Metadata => file.Metadata;

    /// <summary>Blocks of the model; those behind them, which draft tokens, are left out.</summary>
    public int Layers { get; } = ReadLayers(file.Metadata, name);

    /// <summary>Query heads.</summary>
    public int Heads => Required("attention.head_count");

    /// <summary>Key and value heads.</summary>
    public int KeyValueHeads => Int("attention.head_count_kv") ?? Heads;

    /// <summary>Width of the residual stream.</summary>
    public int Hidden => Required("embedding_length");

    /// <summary>Elements of a head.</summary>
    public int HeadSize => Int("attention.key_length") ?? (Hidden % Heads == 0 ? Hidden / Heads : throw Unsupported("attention.head_count", "a divisor of the width, or a key of the head's size"));

    /// <summary>Experts of a layer; 0 for none.</summary>
    public int Experts => Int("expert_count", 0) is not { } count ? 0 : count <= MostExperts ? count : throw Metadata.Wrong(Key("expert_count"), FormattableString.Invariant($"at most {MostExperts}"));

    /// <summary>A key with the architecture before it.</summary>
    public string Key(string key) => $"{name}.{key}";

    public int Required(string key) => Int(key) ?? throw Metadata.Missing(Key(key));

    public int? Int(string key, int least = 1) => Metadata.Int(OfLayers(key), least);

    public double? Number(string key) => Metadata.Number(OfLayers(key));

    public double RequiredNumber(string key) => Number(key) ?? throw Metadata.Missing(Key(key));

    public PasException Unsupported(string key, string supported) => Metadata.Unsupported(Key(key), supported);

    /// <summary>Rows of a tensor that there is, which decide where a key says otherwise.</summary>
    public int? Rows(string tensor) => file.Tensors.TryGetValue(tensor, out var found) && found.Shape.Length > 1 && found.Shape[^2] <= int.MaxValue ? (int)found.Shape[^2] : null;

    /// <summary>Whether there is a tensor.</summary>
    public bool Has(string tensor) => file.Tensors.ContainsKey(tensor);

    /// <summary>What is said alike, for a family that reads it under the common names.</summary>
    /// <param name="family">Entry of the key <c>architectures</c>.</param>
    /// <param name="partial">Whether a part of each head may be rotated.</param>
    public JsonObject Configuration(string family, bool partial = false)
    {
        if (Int("attention.value_length") is { } values && values != HeadSize)
        {
            throw Unsupported("attention.value_length", FormattableString.Invariant($"{HeadSize}, the size of a head's key"));
        }

        if (Metadata.Flag(Key("attention.causal")) == false)
        {
            throw Unsupported("attention.causal", "true: a model that reads in one direction");
        }

        var rotated = Rotated(partial);
        var config = new JsonObject
        {
            ["architectures"] = new JsonArray(family),
            ["hidden_size"] = Hidden,
            ["num_hidden_layers"] = Layers,
            ["num_attention_heads"] = Heads,
            ["num_key_value_heads"] = KeyValueHeads,
            ["head_dim"] = HeadSize,
            ["max_position_embeddings"] = Required("context_length"),
            ["rms_norm_eps"] = RequiredNumber("attention.layer_norm_rms_epsilon"),
            ["rope_theta"] = Number("rope.freq_base") ?? 10000,
            ["tie_word_embeddings"] = !Has("output.weight"),
        };
        if (rotated < HeadSize)
        {
            config["partial_rotary_factor"] = Math.BitIncrement((double)rotated / HeadSize); // Times the head's size it must not come out below.
        }

        if (Scaling(rotated) is { } scaling)
        {
            config["rope_scaling"] = scaling;
        }

        return config;
    }

    /// <summary>Adds the width of the MLPs: rows of the tensor, as the key may be of other parts.</summary>
    public JsonObject WithMlp(JsonObject config)
    {
        var key = Int("feed_forward_length");
        config["intermediate_size"] = Rows("blk.0.ffn_up.weight") ?? key ?? throw Metadata.Missing(Key("feed_forward_length"));
        return config;
    }

    /// <summary>Whether each layer's attention has a window.</summary>
    /// <param name="period">Where the file does not say: the last of so many layers has none.</param>
    public IReadOnlyList<bool> Windows(int period)
    {
        const string Pattern = "attention.sliding_window_pattern";
        if (Metadata.IsList(Key(Pattern)))
        {
            return PerLayer(Pattern)!;
        }

        var every = Int(Pattern, 0) ?? period; // 0: every layer has one.
        return [.. Enumerable.Range(0, Layers).Select(layer => every == 0 || layer % every < every - 1)];
    }

    /// <summary>A truth value for each layer; null where the key is missing.</summary>
    public IReadOnlyList<bool>? PerLayer(string key) => Metadata.Flags(OfLayers(key)) is { } flags ? [.. flags.Take(Layers)] : null;

    /// <summary>The key, whose list, if it is one, has an entry for each layer.</summary>
    private string OfLayers(string key) => Metadata.Count(Key(key)) is { } count && count != Layers && count != Metadata.Int(Key("block_count"), 1)
        ? throw Metadata.Wrong(Key(key), FormattableString.Invariant($"a list of {Layers}, one for each layer, or one value"))
        : Key(key);

    private static int ReadLayers(GgufMetadata keys, string name)
    {
        var all = keys.Int($"{name}.block_count", 1) ?? throw keys.Missing($"{name}.block_count");
        if (all > MostLayers)
        {
            throw keys.Wrong($"{name}.block_count", FormattableString.Invariant($"at most {MostLayers}"));
        }

        var drafts = keys.Int($"{name}.nextn_predict_layers", 0) ?? 0;
        return drafts < all ? all - drafts : throw keys.Unsupported($"{name}.nextn_predict_layers", FormattableString.Invariant($"less than {all}, the number of blocks"));
    }

    private int Rotated(bool partial)
    {
        var rotated = Int("rope.dimension_count", 0) ?? HeadSize;
        return rotated == HeadSize || (partial && rotated > 0 && rotated < HeadSize) ? rotated
            : throw Unsupported("rope.dimension_count", partial ? FormattableString.Invariant($"1 to {HeadSize}, the size of a head") : FormattableString.Invariant($"{HeadSize}, the size of a head, all of which is rotated"));
    }

    private JsonObject? Scaling(int rotated)
    {
        var kind = Metadata.Text(Key("rope.scaling.type")) ?? "linear";
        var factor = Number("rope.scaling.factor") ?? Number("rope.scale_linear") ?? 1;
        if (Has(RotaryFactors))
        {
            return factor == 1 ? Factors(Factors(RotaryFactors, rotated)) : throw Unsupported("rope.scaling.factor", "1, as the file has factors of its own for the frequencies");
        }

        return kind switch
        {
            "none" => null,
            "linear" => factor == 1 ? null : new JsonObject { ["rope_type"] = "linear", ["factor"] = factor },
            "yarn" => Yarn(factor),
            _ => throw Unsupported("rope.scaling.type", "none, linear or yarn"),
        };
    }

    private JsonObject Yarn(double factor)
    {
        foreach (var key in new[] { "rope.scaling.yarn_ext_factor", "rope.scaling.yarn_attn_factor", "rope.scaling.attn_factor" })
        {
            _ = Number(key) is null or 1 ? 0 : throw Unsupported(key, "1");
        }

        double Scale(double by) => (0.1 * by * Math.Log(factor)) + 1;
        var scaling = new JsonObject
        {
            ["rope_type"] = "yarn",
            ["factor"] = factor,
            ["original_max_position_embeddings"] = Int("rope.scaling.original_context_length") ?? Required("context_length"),
            ["beta_fast"] = Number("rope.scaling.yarn_beta_fast") ?? 32,
            ["beta_slow"] = Number("rope.scaling.yarn_beta_slow") ?? 1,
        };
        if (Number("rope.scaling.yarn_log_multiplier") is { } multiplier)
        {
            scaling["attention_factor"] = Scale(1) / Scale(multiplier);
        }

        return scaling;
    }

    /// <summary>A scaling by which each frequency is divided by a factor of its own.</summary>
    public static JsonObject Factors(JsonArray factors, double magnitude = 1) => new() { ["rope_type"] = "longrope", ["short_factor"] = factors, ["attention_factor"] = magnitude };

    /// <summary>The factors in a tensor, one for each pair of elements that turn together.</summary>
    /// <param name="tensor">Its name.</param>
    /// <param name="rotated">Elements that are rotated.</param>
    public JsonArray Factors(string tensor, int rotated) => file.Tensors[tensor] is { Type.Name: "F32", Shape: [var pairs] } found && pairs == rotated / 2
        ? new JsonArray([.. file.ReadFloats(found).Select(value => JsonValue.Create(value))])
        : throw new PasException("the factors of rotary frequencies are not valid", file.PlaceOf(file.Tensors[tensor]), FormattableString.Invariant($"F32 with {rotated / 2} numbers")) { Code = ErrorCodes.FileDamaged };
}

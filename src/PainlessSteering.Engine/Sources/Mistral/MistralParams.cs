using System.Text.Json;
using System.Text.Json.Nodes;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources.HuggingFace;
using PainlessSteering.Engine.Sources.HuggingFace.Quantised;

namespace PainlessSteering.Engine.Sources.Mistral;

/// <summary>What a params.json says, in the words of the family. A key that is not understood is refused by name.</summary>
/// <param name="Config">The model.</param>
/// <param name="Quantised">How its weights are quantised; null where they are not.</param>
/// <param name="Heads">Heads of queries.</param>
/// <param name="KeyValueHeads">Heads of keys.</param>
/// <param name="Unused">Keys that do not matter.</param>
internal sealed record MistralParams(ModelConfig Config, QuantisedFormat? Quantised, int Heads, int KeyValueHeads, IReadOnlyList<UnusedPart> Unused)
{
    public const string FileName = "params.json";

    private const string HeadsKey = "n_heads", KeyValueHeadsKey = "n_kv_heads";

    private static readonly Dictionary<string, string> Integers = new(StringComparer.Ordinal)
    {
        ["dim"] = "hidden_size",
        ["n_layers"] = "num_hidden_layers",
        ["head_dim"] = "head_dim",
        ["hidden_dim"] = "intermediate_size",
        [HeadsKey] = "num_attention_heads",
        [KeyValueHeadsKey] = "num_key_value_heads",
        ["vocab_size"] = "vocab_size",
        ["sliding_window"] = "sliding_window",
    };

    /// <exception cref="PasException">A key is missing, wrong or not understood.</exception>
    public static MistralParams Read(string path)
    {
        var file = ConfigFile.Open(path);
        var keys = new JsonObject { ["architectures"] = new JsonArray("MistralForCausalLM"), ["tie_word_embeddings"] = file.Flag("tied_embeddings"), ["sliding_window"] = null };
        foreach (var (key, name) in Integers.Where(key => file.Has(key.Key)))
        {
            keys[name] = file.Int(key);
        }

        keys["rms_norm_eps"] = file.Number("norm_eps");
        keys["rope_theta"] = file.Number("rope_theta", 10_000);
        var context = file.Has("max_position_embeddings") ? "max_position_embeddings" : "max_seq_len";
        keys["max_position_embeddings"] = file.Int(context);
        var quantised = file.Section("quantization") is { } section ? new MistralFp8(section) : null;
        if (!file.Flag("causal", true))
        {
            throw file.Unsupported("causal", "false", "true");
        }

        var unused = file.Unasked().Select(key => FolderConfig.Account(file, key, file.IsRepeated(key) ? "says again what another key says" : null)).ToList();
        var heads = file.Int(HeadsKey);
        return new MistralParams(ModelConfig.Read(ConfigFile.Of(JsonSerializer.SerializeToElement(keys), path)), quantised, heads, file.Int(KeyValueHeadsKey, heads), unused);
    }
}

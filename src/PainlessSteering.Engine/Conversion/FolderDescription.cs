using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using PainlessSteering.Engine.Families;
using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Engine.Conversion;

/// <summary>Writes the files beside the weights of a folder in Hugging Face layout, for a model that has none of them: configuration, tokenizer, chat templates.</summary>
internal static class FolderDescription
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="source">The model.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="torch">The name of the weights' type.</param>
    public static void Write(IModelSource source, ModelConfig config, string folder, string torch)
    {
        WriteJson(Path.Combine(folder, "config.json"), Configuration(source, config, torch));
        var generation = new JsonObject { ["bos_token_id"] = config.BeginOfSequence, ["eos_token_id"] = Ids(config.EndOfSequence) };
        WriteJson(Path.Combine(folder, "generation_config.json"), generation);
        if (source.HasTokenizer)
        {
            AtomicFile.Write(Path.Combine(folder, "tokenizer.json"), source.Tokenizer.WriteJson);
            WriteJson(Path.Combine(folder, "tokenizer_config.json"), Tokenizer(source, config));
        }
    }

    public static void WriteJson(string path, JsonObject json) => AtomicFile.WriteAllText(path, json.ToJsonString(Indented) + "\n");

    /// <summary>The keys in the words of the family, and those of which transformers would take another value where they are missing.</summary>
    private static JsonObject Configuration(IModelSource source, ModelConfig config, string torch)
    {
        var keys = JsonObject.Create(config.Keys!.Root)!;
        keys["model_type"] = ModelFamily.Of(config.TextArchitecture).ModelType ?? throw new PasException(
            $"no config.json is written for models of the architecture '{config.Architecture}'", source.Path, remedy: "convert it to gguf, or use it as it is")
        { Code = ErrorCodes.NotSupported };
        keys["torch_dtype"] = torch;
        keys["tie_word_embeddings"] = config.TiedEmbeddings;
        keys["bos_token_id"] = config.BeginOfSequence;
        keys["eos_token_id"] = Ids(config.EndOfSequence);
        keys["pad_token_id"] = Id(source, "pad_token");
        keys.TryAdd("sliding_window", null);
        (source as GgufModel)?.AddOthers(keys);
        if (keys["rope_scaling"] is JsonObject { } scaling && (string?)scaling["rope_type"] == "longrope" && !scaling.ContainsKey("long_factor"))
        {
            keys["rope_scaling"] = RotaryFactors.Named(scaling, config);
        }

        return keys;
    }

    private static JsonObject Tokenizer(IModelSource source, ModelConfig config)
    {
        var keys = new JsonObject { ["tokenizer_class"] = "PreTrainedTokenizerFast", ["clean_up_tokenization_spaces"] = false, ["model_max_length"] = config.ContextLength };
        foreach (var (name, id) in new[] { ("bos_token", config.BeginOfSequence), ("eos_token", config.EndOfSequence is [var end, ..] ? end : (int?)null), ("unk_token", null), ("pad_token", null) })
        {
            if ((Id(source, name) ?? id) is { } token && source.Tokenizer.Contains(token))
            {
                keys[name] = source.Tokenizer.Piece(token);
            }
        }

        if (source.ChatTemplate?.Texts is { } templates)
        {
            keys["chat_template"] = templates is { Count: 1 } && templates.TryGetValue("default", out var only) ? only
                : new JsonArray([.. templates.OrderBy(template => template.Key, StringComparer.Ordinal).Select(template => new JsonObject { ["name"] = template.Key, ["template"] = template.Value })]);
        }

        return keys;
    }

    private static int? Id(IModelSource source, string name) => source.HasTokenizer && source.ChatTemplate?.SpecialTokens.TryGetValue(name, out var text) == true ? source.Tokenizer.IdOf(text) : null;

    private static JsonNode? Ids(IReadOnlyList<int> ids) => ids.Count == 0 ? null : ids.Count == 1 ? JsonValue.Create(ids[0]) : new JsonArray([.. ids.Select(id => JsonValue.Create(id))]);
}

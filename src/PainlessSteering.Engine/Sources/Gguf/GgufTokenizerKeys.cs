using System.Text;
using System.Text.Json.Nodes;
using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Text;
using PainlessSteering.Text.Gguf;
using PainlessSteering.Text.Templates;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>The keys of a GGUF file that begin with <c>tokenizer.</c>: vocabulary, chat template, and the ids that begin and end a text.</summary>
internal static class GgufTokenizerKeys
{
    private const string Keys = "tokenizer.ggml.";
    private const string Whole = "tokenizer.huggingface.json";
    private const string MainTemplate = "tokenizer.chat_template", TemplateNames = "tokenizer.chat_templates";

    /// <summary>Texts of tokens that end an answer wherever a vocabulary has them: many files name only one of theirs.</summary>
    private static readonly HashSet<string> Ends =
    [
        "<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<|flush|>", "<|calls|>", "<end_of_turn>", "<|endoftext|>", "</s>", "<|eom_id|>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]",
        "<|end_of_text|>", "<end_of_utterance>", "<eos>", "<turn|>", "<|tool_response>", "<｜end▁of▁sentence｜>", "[e~[",
    ];

    /// <summary>Keys that do not matter, and why.</summary>
    public static IReadOnlyDictionary<string, string> Irrelevant { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Keys + "padding_token_id"] = "prompts are not padded",
        [Keys + "seperator_token_id"] = "of models that compare two texts",
        [Keys + "cls_token_id"] = "of models that compare two texts",
        [Keys + "mask_token_id"] = "of models that fill gaps",
        [Keys + "prefix_token_id"] = "of filling in the middle",
        [Keys + "suffix_token_id"] = "of filling in the middle",
        [Keys + "middle_token_id"] = "of filling in the middle",
        [Keys + "fim_pre_token_id"] = "of filling in the middle",
        [Keys + "fim_suf_token_id"] = "of filling in the middle",
        [Keys + "fim_mid_token_id"] = "of filling in the middle",
        [Keys + "token_type_count"] = "of models that compare two texts",
    };

    /// <summary>Whether there is a vocabulary.</summary>
    public static bool Has(GgufMetadata keys) => keys.Has(Keys + "tokens") || keys.Has(Whole);

    /// <summary>The tokenizer. Every key of it is then accounted for.</summary>
    public static Tokenizer Tokenizer(IGgufContent file)
    {
        var keys = file.Metadata;
        if (keys.Text(Whole) is { Length: > 0 } json)
        {
            return Text.Tokenizer.Load(new MemoryStream(Encoding.UTF8.GetBytes(json)), keys.Place(Whole));
        }

        var tokens = keys.Texts(Keys + "tokens") ?? throw keys.Missing(Keys + "tokens");
        if (file.Tensors.TryGetValue("token_embd.weight", out var embedding) && tokens.Count > embedding.Shape[0])
        {
            throw keys.Unsupported(Keys + "tokens", FormattableString.Invariant($"at most {embedding.Shape[0]}, the rows of the embedding"));
        }

        var vocabulary = new GgufVocabulary
        {
            File = file.Path,
            Model = keys.Text(Keys + "model") ?? throw keys.Missing(Keys + "model"),
            PreTokenizer = keys.Text(Keys + "pre"),
            Tokens = tokens,
            Scores = keys.Floats(Keys + "scores"),
            Types = keys.Ints(Keys + "token_type"),
            Merges = keys.Texts(Keys + "merges"),
            BeginId = Id(keys, "bos_token_id", tokens.Count),
            EndId = Id(keys, "eos_token_id", tokens.Count),
            UnknownId = Id(keys, "unknown_token_id", tokens.Count),
            AddBegin = keys.Flag(Keys + "add_bos_token"),
            AddEnd = keys.Flag(Keys + "add_eos_token"),
            AddSpacePrefix = keys.Flag(Keys + "add_space_prefix"),
        };
        _ = Template(file); // It asks for its keys.
        AddIds(keys, []);
        foreach (var key in keys.Unasked.Where(key => key.StartsWith("tokenizer.", StringComparison.Ordinal)))
        {
            if (!Irrelevant.ContainsKey(key) && !keys.IsEmpty(key))
            {
                throw GgufKeys.Refuse(keys, key);
            }
        }

        return Text.Tokenizer.Of(vocabulary);
    }

    /// <summary>The chat templates; null where there is none.</summary>
    public static ChatTemplate? Template(IGgufContent file)
    {
        var keys = file.Metadata;
        var templates = new Dictionary<string, string>(StringComparer.Ordinal);
        if (keys.Text(MainTemplate) is { } main)
        {
            templates["default"] = main;
        }

        foreach (var name in keys.Texts(TemplateNames) ?? [])
        {
            var key = TemplateKey(name);
            templates[name] = keys.Text(key) ?? throw keys.Missing(key);
        }

        var tokens = keys.Texts(Keys + "tokens") ?? [];
        var special = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (variable, key) in new[] { ("bos_token", "bos_token_id"), ("eos_token", "eos_token_id"), ("unk_token", "unknown_token_id"), ("pad_token", "padding_token_id") })
        {
            if (Id(keys, key, tokens.Count) is { } id)
            {
                special[variable] = tokens[id];
            }
        }

        return templates.Count > 0 ? ChatTemplate.Of(file.Path, templates, special) : null;
    }

    /// <summary>The key of a template that is not the main one: characters of its name that are neither letters nor digits are '_' there.</summary>
    public static string TemplateKey(string name) => $"{MainTemplate}.{string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'))}";

    /// <summary>Adds the ids that begin and end a text to the keys of a configuration.</summary>
    public static void AddIds(GgufMetadata keys, JsonObject config)
    {
        var tokens = keys.Texts(Keys + "tokens") ?? [];
        if (Id(keys, "bos_token_id", tokens.Count) is { } begin)
        {
            config["bos_token_id"] = begin;
        }

        var named = new[] { "eos_token_id", "eot_token_id", "eom_token_id", "fim_pad_token_id", "fim_rep_token_id", "fim_sep_token_id" }.Select(key => Id(keys, key, tokens.Count)).OfType<int>();
        var goesOn = GoesOn(keys, tokens);
        var written = Enumerable.Range(0, tokens.Count).Where(id => Ends.Contains(tokens[id]) && tokens[id] != goesOn);
        config["eos_token_id"] = new JsonArray([.. named.Concat(written).Distinct().Select(id => JsonValue.Create(id))]);
    }

    /// <summary>A text of <see cref="Ends"/> that ends nothing in this vocabulary: in gpt-oss a message within an answer; in Gemma 4 what is left of an older one.</summary>
    private static string? GoesOn(GgufMetadata keys, IReadOnlyList<string> tokens) =>
        tokens.Contains("<|return|>") && tokens.Contains("<|call|>") ? "<|end|>" : keys.Text(Keys + "model") == "gemma4" ? "</s>" : null;

    /// <summary>An id of the vocabulary; one that is not in it counts for nothing, as in llama.cpp.</summary>
    private static int? Id(GgufMetadata keys, string key, int tokens) => keys.Integer(Keys + key) is >= 0 and var id && id < tokens ? (int)id : null;
}

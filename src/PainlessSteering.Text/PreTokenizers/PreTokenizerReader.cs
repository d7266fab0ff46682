namespace PainlessSteering.Text.PreTokenizers;

/// <summary>Reads the key 'pre_tokenizer' of a tokenizer.json.</summary>
internal static class PreTokenizerReader
{
    /// <summary>The keys of each kind that has others than its type.</summary>
    private static readonly Dictionary<string, string[]> Keys = new(StringComparer.Ordinal)
    {
        ["Sequence"] = ["type", "pretokenizers"],
        ["ByteLevel"] = ["type", "add_prefix_space", "use_regex"],
        ["Metaspace"] = ["type", "replacement", "prepend_scheme", "add_prefix_space", "split"],
        ["Split"] = ["type", "pattern", "behavior", "invert"],
        ["Digits"] = ["type", "individual_digits"],
        ["Punctuation"] = ["type", "behavior"],
        ["FixedLength"] = ["type", "length"],
        ["CharDelimiterSplit"] = ["type", "delimiter"],
    };

    /// <summary>The pre-tokenizer, or null where there is none.</summary>
    public static IPreTokenizer? Read(JsonPart part)
    {
        if (!part.Exists)
        {
            return null;
        }

        var type = part.Required("type").Text();
        var preTokenizer = Make(part, type);
        part.Account(Keys.GetValueOrDefault(type) ?? ["type"], type switch
        {
            "ByteLevel" => [("trim_offsets", "the post-processor says it")],
            "Metaspace" => [("str_rep", "the replacement says it")],
            _ => [],
        });
        return preTokenizer;
    }

    private static IPreTokenizer Make(JsonPart part, string type) => type switch
    {
        "Sequence" => new PreTokenizerSequence([.. part.Required("pretokenizers").Items().Select(item => Read(item) ?? throw item.Error("a pre-tokenizer is missing"))]),
        "ByteLevel" => new ByteLevelPreTokenizer(part["add_prefix_space"].Flag(true), part["use_regex"].Flag(true)),
        "Metaspace" => MetaspacePreTokenizer.Read(part),
        "Split" => new SplitPreTokenizer(TextPattern.Read(part.Required("pattern")), SplitBehaviors.Read(part.Required("behavior")), part["invert"].Flag(false)),
        "Digits" => CharacterSplit.Digits(part["individual_digits"].Flag(false)),
        "Punctuation" => CharacterSplit.Punctuation(part["behavior"].Exists ? SplitBehaviors.Read(part["behavior"]) : SplitBehavior.Isolated),
        "Whitespace" => new SplitPreTokenizer(TextPattern.Regex(@"[\w\u200C\u200D]+|[^\w\s\u200C\u200D]+"), SplitBehavior.Removed, invert: true),
        "WhitespaceSplit" => CharacterSplit.WhiteSpace(),
        "BertPreTokenizer" => new PreTokenizerSequence([CharacterSplit.WhiteSpace(), CharacterSplit.Punctuation(SplitBehavior.Isolated)]),
        "FixedLength" => new FixedLengthPreTokenizer(part["length"] is { Exists: true } length ? length.Number(1, int.MaxValue) : 5),
        "CharDelimiterSplit" => CharacterSplit.At(part.Required("delimiter").Character()),
        _ => throw part.Unsupported("pre-tokenizer"),
    };
}

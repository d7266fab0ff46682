using System.Text;

namespace PainlessSteering.Text.Normalizers;

/// <summary>Reads the key 'normalizer' of a tokenizer.json.</summary>
internal static class NormalizerReader
{
    /// <summary>The keys of each kind that has others than its type.</summary>
    private static readonly Dictionary<string, string[]> Keys = new(StringComparer.Ordinal)
    {
        ["Sequence"] = ["type", "normalizers"],
        ["Prepend"] = ["type", "prepend"],
        ["Replace"] = ["type", "pattern", "content"],
        ["Strip"] = ["type", "strip_left", "strip_right"],
        ["BertNormalizer"] = ["type", "clean_text", "handle_chinese_chars", "strip_accents", "lowercase"],
    };

    /// <summary>The normalizer, or null where there is none.</summary>
    public static INormalizer? Read(JsonPart part)
    {
        if (!part.Exists)
        {
            return null;
        }

        var type = part.Required("type").Text();
        var normalizer = Make(part, type);
        part.Account(Keys.GetValueOrDefault(type) ?? ["type"]);
        return normalizer;
    }

    private static INormalizer Make(JsonPart part, string type) => type switch
    {
        "NFC" => new UnicodeNormalizer(NormalizationForm.FormC),
        "NFD" => new UnicodeNormalizer(NormalizationForm.FormD),
        "NFKC" => new UnicodeNormalizer(NormalizationForm.FormKC),
        "NFKD" => new UnicodeNormalizer(NormalizationForm.FormKD),
        "Sequence" => new NormalizerSequence([.. part.Required("normalizers").Items().Select(item => Read(item) ?? throw item.Error("a normalizer is missing"))]),
        "Prepend" => new PrependNormalizer(part.Required("prepend").Text()),
        "Replace" => new ReplaceNormalizer(TextPattern.Read(part.Required("pattern")), part.Required("content").Text()),
        "Strip" => new StripNormalizer(part["strip_left"].Flag(true), part["strip_right"].Flag(true)),
        "Lowercase" => CharacterNormalizer.Lowercase,
        "StripAccents" => CharacterNormalizer.StripAccents,
        "Nmt" => CharacterNormalizer.Nmt,
        "ByteLevel" => new ByteLevelNormalizer(),
        "BertNormalizer" => ReadBert(part),
        _ => throw part.Unsupported("normalizer"),
    };

    private static NormalizerSequence ReadBert(JsonPart part)
    {
        var lowercase = part["lowercase"].Flag(true);
        var steps = new List<INormalizer>();
        if (part["clean_text"].Flag(true))
        {
            steps.Add(CharacterNormalizer.BertClean);
        }

        if (part["handle_chinese_chars"].Flag(true))
        {
            steps.Add(CharacterNormalizer.BertChinese);
        }

        if (part["strip_accents"].Flag(lowercase))
        {
            steps.Add(new UnicodeNormalizer(NormalizationForm.FormD));
            steps.Add(CharacterNormalizer.StripNonspacing);
        }

        if (lowercase)
        {
            steps.Add(CharacterNormalizer.Lowercase);
        }

        return new NormalizerSequence(steps);
    }
}

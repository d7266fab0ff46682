using System.Text;

namespace PainlessSteering.Text.Normalizers;

/// <summary>Reads the key 'normalizer' of a tokenizer.json.</summary>
internal static class NormalizerReader
{
    /// <summary>The normalizer, or null where there is none.</summary>
    public static INormalizer? Read(JsonPart part) => !part.Exists ? null : part.Required("type").Text() switch
    {
        "NFC" => new UnicodeNormalizer(NormalizationForm.FormC),
        "NFD" => new UnicodeNormalizer(NormalizationForm.FormD),
        "NFKC" => new UnicodeNormalizer(NormalizationForm.FormKC),
        "NFKD" => new UnicodeNormalizer(NormalizationForm.FormKD),
        "Sequence" => new NormalizerSequence([.. part.Required("normalizers").Items().Select(item => Read(item) ?? throw item.Unsupported("normalizer"))]),
        "Prepend" => new PrependNormalizer(part.Required("prepend").Text()),
        "Replace" => new ReplaceNormalizer(TextPattern.Read(part.Required("pattern")), part.Required("content").Text()),
        _ => throw part.Unsupported("normalizer"),
    };
}

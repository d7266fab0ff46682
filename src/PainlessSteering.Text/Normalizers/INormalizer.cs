using System.Text.Json.Nodes;
using PainlessSteering.Text.Offsets;

namespace PainlessSteering.Text.Normalizers;

/// <summary>Changes a text before it is cut into pre-tokens. Immutable.</summary>
internal interface INormalizer
{
    string Normalize(string text);

    /// <summary>The same, keeping what each character stands for.</summary>
    AlignedText Trace(AlignedText text);

    /// <summary>
    /// Whether the first character of the result still stands for the first of the text, which is not empty.
    /// A Metaspace with the scheme "first" puts its mark only before a text of which that is so.
    /// </summary>
    bool KeepsStart(string text) => true;

    /// <summary>What a tokenizer.json says of it; null where no key of one says just this.</summary>
    JsonObject? ToJson();
}

internal static class NormalizerBudget
{
    /// <summary>Normalises a text, and pays for it by its length before and after.</summary>
    public static string Run(this INormalizer normalizer, string text)
    {
        TextBudget.Spend(1 + text.Length);
        var normalized = normalizer.Normalize(text);
        TextBudget.Limit(normalized.Length);
        return normalized;
    }
}

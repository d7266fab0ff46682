using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PainlessSteering.Text.Offsets;

namespace PainlessSteering.Text.Normalizers;

/// <summary>Writes every code point as none, one or more others, without regard to its neighbours.</summary>
/// <param name="write">Writes one.</param>
/// <param name="type">What a tokenizer.json calls it; null where it has no name of its own.</param>
internal sealed class CharacterNormalizer(Action<Rune, StringBuilder> write, string? type = null) : INormalizer
{
    /// <summary>Lower case as Rust's <c>char::to_lowercase</c> has it: İ becomes i and a dot above.</summary>
    public static CharacterNormalizer Lowercase { get; } = new((rune, output) =>
    {
        if (rune.Value == 0x130)
        {
            output.Append("i\u0307");
        }
        else
        {
            Append(output, Rune.ToLowerInvariant(rune));
        }
    }, "Lowercase");

    /// <summary>Drops all marks; it follows a decomposing normalizer in files.</summary>
    public static CharacterNormalizer StripAccents { get; } = Dropping(rune => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark, "StripAccents");

    /// <summary>Drops the marks that take no space, as BERT does.</summary>
    public static CharacterNormalizer StripNonspacing { get; } = Dropping(rune => Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark);

    /// <summary>The cleaning of machine translation corpora: control characters go, odd spaces become spaces.</summary>
    public static CharacterNormalizer Nmt { get; } = new((rune, output) =>
    {
        if (rune.Value is (>= 0x01 and <= 0x08) or 0x0B or (>= 0x0E and <= 0x1F) or 0x7F or 0x8F or 0x9F)
        {
            return;
        }

        var space = rune.Value is 0x09 or 0x0A or 0x0C or 0x0D or 0x1680 or (>= 0x200B and <= 0x200F) or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD;
        Append(output, space ? new Rune(' ') : rune);
    }, "Nmt");

    /// <summary>BERT's cleaning: control characters go, every white space becomes a space.</summary>
    public static CharacterNormalizer BertClean { get; } = new((rune, output) =>
    {
        var control = rune.Value is 0 or 0xFFFD || (rune.Value is not ('\t' or '\n' or '\r')
            && Rune.GetUnicodeCategory(rune) is (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse));
        if (!control)
        {
            Append(output, Rune.IsWhiteSpace(rune) ? new Rune(' ') : rune);
        }
    });

    /// <summary>Puts spaces around Chinese characters, which BERT takes for words.</summary>
    public static CharacterNormalizer BertChinese { get; } = new((rune, output) =>
    {
        var chinese = rune.Value is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
            or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
        output.Append(chinese ? " " : "");
        Append(output, rune);
        output.Append(chinese ? " " : "");
    });

    public string Normalize(string text)
    {
        var output = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            write(rune, output);
        }

        return output.ToString();
    }

    public AlignedText Trace(AlignedText text) => text.Map(rune => Normalize(rune.ToString()));

    public bool KeepsStart(string text)
    {
        var output = new StringBuilder();
        write(Rune.GetRuneAt(text, 0), output);
        return output.Length > 0;
    }

    private static CharacterNormalizer Dropping(Func<Rune, bool> drop, string? type = null) => new((rune, output) =>
    {
        if (!drop(rune))
        {
            Append(output, rune);
        }
    }, type);

    private static void Append(StringBuilder output, Rune rune)
    {
        Span<char> units = stackalloc char[2];
        output.Append(units[..rune.EncodeToUtf16(units)]);
    }

    public JsonObject? ToJson() => type is null ? null : new() { ["type"] = type };
}

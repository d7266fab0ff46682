using System.Globalization;
using System.Text;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>Python's upper and lower case, with the letters of the Latin script that become several.</summary>
internal static class LetterCase
{
    private static readonly Dictionary<char, string> Expanded = new()
    {
        ['ß'] = "SS",
        ['ŉ'] = "ʼN",
        ['ǰ'] = "J̌",
        ['ﬀ'] = "FF",
        ['ﬁ'] = "FI",
        ['ﬂ'] = "FL",
        ['ﬃ'] = "FFI",
        ['ﬄ'] = "FFL",
        ['ﬅ'] = "ST",
        ['ﬆ'] = "ST",
    };

    public static string Upper(string text)
    {
        Budget.SpendText(text.Length);
        Budget.SpendCharacters(text.Length);
        var upper = new StringBuilder(text.Length);
        foreach (var character in text.ToUpperInvariant())
        {
            _ = Expanded.TryGetValue(character, out var several) ? upper.Append(several) : upper.Append(character);
        }

        return upper.ToString();
    }

    public static string Lower(string text)
    {
        Budget.SpendText(text.Length);
        Budget.SpendCharacters(text.Length);
        var lower = new StringBuilder(text.ToLowerInvariant());
        for (var i = 0; i < text.Length; i++)
        {
            // A capital sigma that ends a word has a small letter of its own.
            if (text[i] == 'Σ' && i > 0 && char.IsLetter(text[i - 1]) && !(i + 1 < text.Length && char.IsLetter(text[i + 1])))
            {
                lower[i] = 'ς';
            }
        }

        return lower.Replace("İ", "i̇").ToString();
    }

    /// <summary>Python's <c>capitalize</c>: the first letter large, the others small.</summary>
    public static string Capitalize(string text)
    {
        if (text.Length == 0)
        {
            return text;
        }

        var width = char.IsHighSurrogate(text[0]) && text.Length > 1 ? 2 : 1;
        var first = Upper(text[..width]);
        return (first.Length > width ? Capitalize(first) : first) + Lower(text[width..]);
    }

    /// <summary>Python's <c>title</c>: every run of letters begins large.</summary>
    public static string Title(string text)
    {
        Budget.SpendText(text.Length);
        var title = new StringBuilder(text.Length);
        var inWord = false;
        foreach (var point in CodePoints.Split(text))
        {
            var cased = IsCased(point);
            title.Append(!cased ? point : inWord ? Lower(point) : Capitalize(point));
            inWord = cased;
        }

        return title.ToString();
    }

    /// <summary>Whether there is a cased letter, and none of them small.</summary>
    public static bool IsUpper(string text) => Has(text, UnicodeCategory.UppercaseLetter) && !Has(text, UnicodeCategory.LowercaseLetter) && !Has(text, UnicodeCategory.TitlecaseLetter);

    public static bool IsLower(string text) => Has(text, UnicodeCategory.LowercaseLetter) && !Has(text, UnicodeCategory.UppercaseLetter) && !Has(text, UnicodeCategory.TitlecaseLetter);

    public static bool IsTitle(string text) => text.Any(char.IsLetter) && CodePoints.Split(text).Any(IsCased) && Title(text) == text;

    private static bool IsCased(string point) => IsUpper(point) || IsLower(point) || Has(point, UnicodeCategory.TitlecaseLetter);

    private static bool Has(string text, UnicodeCategory category)
    {
        Budget.SpendCharacters(text.Length);
        return text.EnumerateRunes().Any(rune => Rune.GetUnicodeCategory(rune) == category);
    }
}

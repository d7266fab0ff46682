using System.Text;

namespace PainlessSteering.Text.Templates.Values;

/// <summary>Python's view of a text: its items are code points, not UTF-16 units.</summary>
internal static class CodePoints
{
    public static int Count(string text)
    {
        Budget.SpendText(text.Length);
        if (IsFlat(text))
        {
            return text.Length;
        }

        Budget.SpendCharacters(text.Length);
        return text.EnumerateRunes().Count();
    }

    /// <summary>Every code point as a text of its own.</summary>
    public static IEnumerable<string> Split(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            Budget.Spend();
            var width = char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;
            yield return text.Substring(at, width);
            at += width;
        }
    }

    /// <summary>The code points from one index to before another, both within the text.</summary>
    public static string Between(string text, int start, int end)
    {
        Budget.SpendText(text.Length);
        return IsFlat(text) ? text[start..end] : string.Concat(Split(text).Take(start..end));
    }

    /// <summary>The index in UTF-16 units of a code point.</summary>
    public static int Offset(string text, int index) => IsFlat(text) ? index : Split(text).Take(index).Sum(point => point.Length);

    /// <summary>The whitespace of Python's <c>str</c>.</summary>
    public static bool IsSpace(char character) => char.IsWhiteSpace(character) || character is >= '\x1c' and <= '\x1f';

    private static bool IsFlat(string text) => !text.AsSpan().ContainsAnyInRange('\ud800', '\udfff');

    public static string Reverse(string text)
    {
        Budget.SpendText(text.Length);
        var reversed = new StringBuilder(text.Length);
        foreach (var point in Split(text).Reverse())
        {
            reversed.Append(point);
        }

        return reversed.ToString();
    }
}

using System.Globalization;

namespace PainlessSteering.Text.Patterns;

/// <summary>The text of a pattern and how far it has been read.</summary>
internal sealed class PatternCursor(string text)
{
    private int at;

    public bool AtEnd => at == text.Length;

    /// <summary>The next character, or one further on; NUL past the end.</summary>
    public char Peek(int ahead = 0) => at + ahead < text.Length ? text[at + ahead] : '\0';

    /// <summary>Reads one code point.</summary>
    public int Next()
    {
        if (AtEnd)
        {
            throw Wrong("it ends too early");
        }

        var c = char.ConvertToUtf32(text, at);
        at += c > 0xFFFF ? 2 : 1;
        return c;
    }

    /// <summary>Reads a character if it is the next.</summary>
    public bool Take(char c)
    {
        var found = !AtEnd && text[at] == c;
        at += found ? 1 : 0;
        return found;
    }

    /// <summary>Reads a string if it is the next.</summary>
    public bool Take(string s)
    {
        var found = text.AsSpan(at).StartsWith(s, StringComparison.Ordinal);
        at += found ? s.Length : 0;
        return found;
    }

    /// <summary>Reads up to <paramref name="most"/> characters of a kind.</summary>
    public string TakeWhile(Func<char, bool> kind, int most)
    {
        var start = at;
        while (!AtEnd && at - start < most && kind(text[at]))
        {
            at++;
        }

        return text[start..at];
    }

    /// <summary>Reads to the next <paramref name="close"/> and past it; null, and nothing is read, where there is none.</summary>
    public string? TakeUntil(string close)
    {
        var end = text.IndexOf(close, at, StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }

        var found = text[at..end];
        at = end + close.Length;
        return found;
    }

    /// <summary>Goes back to a place that <see cref="Mark"/> gave.</summary>
    public void Return(int mark) => at = mark;

    public int Mark() => at;

    public FormatException Wrong(string what) => new(string.Create(CultureInfo.InvariantCulture, $"{what} at character {at} of the pattern"));
}

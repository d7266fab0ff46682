using System.Globalization;

namespace PainlessSteering.Text.Patterns;

/// <summary>The text of a pattern and the place that has been read to; takes characters and escapes.</summary>
internal abstract class PatternScanner(string pattern)
{
    protected readonly string text = pattern;
    protected int at;

    /// <summary>The set of \s, \p{L} and the like after a backslash, or null where the escape names one character.</summary>
    public CharacterClass? EscapedClass()
    {
        var c = text[at];
        Func<int, bool>? set = c switch
        {
            's' or 'S' => UnicodeSets.IsWhiteSpace,
            'd' or 'D' => UnicodeSets.Property("Nd"),
            'w' or 'W' => UnicodeSets.IsWord,
            'h' or 'H' => UnicodeSets.IsHexDigit,
            'N' => x => x != '\n',
            _ => null,
        };
        if (set is not null)
        {
            at++;
            return c is 'S' or 'D' or 'W' or 'H' ? new CharacterClass(set).Negated() : new CharacterClass(set);
        }

        if (c is not ('p' or 'P'))
        {
            return null;
        }

        at++;
        var close = Take('{') ? text.IndexOf('}', at) : -1;
        if (close < 0)
        {
            throw Wrong($"'\\{c}' without '{{name}}'");
        }

        var name = text[at..close];
        at = close + 1;
        var inverted = name.StartsWith('^');
        var property = new CharacterClass(UnicodeSets.Property(name.TrimStart('^')) ?? throw Wrong($"the Unicode property '{name}' is not supported"));
        return inverted == (c == 'P') ? property : property.Negated();
    }

    /// <summary>The one character that the escape after a backslash means.</summary>
    public int EscapedCodePoint()
    {
        var c = NextCodePoint();
        switch (c)
        {
            case 't':
                return '\t';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 'f':
                return '\f';
            case 'v':
                return '\v';
            case 'a':
                return '\a';
            case 'e':
                return 0x1B;
            case 'x' when Take('{'):
                var close = text.IndexOf('}', at);
                return Hex(close < 0 ? 0 : close - at, 1);
            case 'x':
                var digits = 0;
                while (digits < 2 && at + digits < text.Length && char.IsAsciiHexDigit(text[at + digits]))
                {
                    digits++;
                }

                return Hex(digits, 0);
            case 'u':
                return Hex(4, 0);
            case '0':
                var value = 0;
                for (var i = 0; i < 2 && at < text.Length && text[at] is >= '0' and <= '7'; i++)
                {
                    value = (value * 8) + text[at++] - '0';
                }

                return value;
            default:
                return c < 128 && char.IsAsciiLetterOrDigit((char)c) && "cCM".Contains((char)c, StringComparison.Ordinal) ? throw Wrong($"'\\{(char)c}' is not supported") : c;
        }
    }

    private int Hex(int digits, int closers)
    {
        if (digits > 0 && at + digits + closers <= text.Length
            && int.TryParse(text.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 0x10FFFF)
        {
            at += digits + closers;
            return value;
        }

        throw Wrong("a bad character number");
    }

    public int NextCodePoint()
    {
        if (at == text.Length)
        {
            throw Wrong("it ends too early");
        }

        var c = char.ConvertToUtf32(text, at);
        at += c > 0xFFFF ? 2 : 1;
        return c;
    }

    public bool Take(char c)
    {
        var found = at < text.Length && text[at] == c;
        at += found ? 1 : 0;
        return found;
    }

    public bool Take(string s)
    {
        var found = text.AsSpan(at).StartsWith(s, StringComparison.Ordinal);
        at += found ? s.Length : 0;
        return found;
    }

    public char Peek(int ahead = 0) => at + ahead < text.Length ? text[at + ahead] : '\0';

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

    public FormatException Wrong(string what) => new(string.Create(CultureInfo.InvariantCulture, $"{what} at character {at} of the pattern"));
}

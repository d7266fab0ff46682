using System.Globalization;

namespace PainlessSteering.Text.Patterns;

/// <summary>What stands after a backslash, inside a bracketed class and outside.</summary>
internal static class PatternEscapes
{
    /// <summary>Reads the set of \s, \p{L} and the like; null, and nothing is read, where the escape names one character.</summary>
    public static CharacterClass? Set(PatternCursor source)
    {
        var c = source.Peek();
        if (c is 'p' or 'P')
        {
            return Property(source);
        }

        Func<int, bool>? contains = c switch
        {
            's' or 'S' => UnicodeSets.IsWhiteSpace,
            'd' or 'D' => UnicodeSets.Property("Nd"),
            'w' or 'W' => UnicodeSets.IsWord,
            'h' or 'H' => UnicodeSets.IsHexDigit,
            'N' => x => x != '\n',
            _ => null,
        };
        if (contains is null)
        {
            return null;
        }

        source.Take(c);
        return c is 'S' or 'D' or 'W' or 'H' ? new CharacterClass(contains).Negated() : new CharacterClass(contains);
    }

    /// <summary>Reads the one character that the escape means.</summary>
    public static int Character(PatternCursor source)
    {
        var c = source.Next();
        return c switch
        {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => '\f',
            'v' => '\v',
            'a' => '\a',
            'e' => 0x1B,
            'u' => Number(source, source.TakeWhile(char.IsAsciiHexDigit, 4), 4),
            'x' => Number(source, source.Take('{') ? source.TakeUntil("}") ?? "" : source.TakeWhile(char.IsAsciiHexDigit, 2), 1),
            '0' => source.TakeWhile(digit => digit is >= '0' and <= '7', 2).Aggregate(0, (value, digit) => (8 * value) + digit - '0'),
            'c' or 'C' or 'M' or (>= '1' and <= '9') => throw source.Wrong($"'\\{(char)c}' is not supported"),
            _ => c,
        };
    }

    private static CharacterClass Property(PatternCursor source)
    {
        var outside = source.Next() == 'P';
        var name = source.Take('{') ? source.TakeUntil("}") : null;
        if (name is null)
        {
            throw source.Wrong("a property without '{name}'");
        }

        var property = new CharacterClass(UnicodeSets.Property(name.TrimStart('^')) ?? throw source.Wrong($"the Unicode property '{name}' is not supported"));
        return name.StartsWith('^') == outside ? property : property.Negated();
    }

    private static int Number(PatternCursor source, string digits, int least) =>
        digits.Length >= least && int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 0x10FFFF
            ? value
            : throw source.Wrong("a bad character number");
}

using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

namespace PainlessSteering.Text.Templates.Syntax;

/// <summary>Reads one token inside a tag.</summary>
internal static partial class TagScanner
{
    private static readonly string[] Operators =
        ["//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";"];

    public static (TemplateToken Token, int Length) Scan(string source, int at, int line)
    {
        if ((at == 0 || source[at - 1] != '.') && Float().Match(source, at) is { Success: true } number)
        {
            var value = double.Parse(number.Value.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
            return (new TemplateToken(TokenKind.Number, value, line), number.Length);
        }

        if (Integer().Match(source, at) is { Success: true } integer)
        {
            return (new TemplateToken(TokenKind.Number, ParseInteger(integer.Value, line), line), integer.Length);
        }

        if (Name().Match(source, at) is { Success: true } name)
        {
            return char.IsLetter(name.Value, 0) || name.Value[0] == '_'
                ? (new TemplateToken(TokenKind.Name, name.Value, line), name.Length)
                : throw TemplateException.Syntax("Invalid character in identifier", line);
        }

        if (source[at] is '"' or '\'' && ClosingQuote(source, at) is > 0 and var end)
        {
            return (new TemplateToken(TokenKind.Text, Unescape(source[(at + 1)..end], line), line), end + 1 - at);
        }

        var symbol = Array.Find(Operators, one => string.CompareOrdinal(source, at, one, 0, one.Length) == 0);
        return symbol is not null
            ? (new TemplateToken(TokenKind.Operator, symbol, line), symbol.Length)
            : throw TemplateException.Syntax($"unexpected char {Values.PythonText.Repr(source[at].ToString())}", line);
    }

    private static int ClosingQuote(string source, int at)
    {
        for (var i = at + 1; i < source.Length; i++)
        {
            if (source[i] == '\\')
            {
                i++;
            }
            else if (source[i] == source[at])
            {
                return i;
            }
        }

        return -1;
    }

    private static BigInteger ParseInteger(string text, int line)
    {
        var digits = text.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
        if (digits.Length > 4300)
        {
            throw TemplateException.Syntax("an integer of more than 4300 digits", line);
        }

        return digits.Length > 1 && digits[1] is 'x' or 'o' or 'b'
            ? digits[2..].Aggregate(BigInteger.Zero, (value, digit) => (value * (digits[1] == 'x' ? 16 : digits[1] == 'o' ? 8 : 2)) + Convert.ToInt32(digit.ToString(), 16))
            : BigInteger.Parse(digits, CultureInfo.InvariantCulture);
    }

    /// <summary>Python's escapes; an unknown one stays as it is.</summary>
    private static string Unescape(string text, int line)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            if (text[at] != '\\')
            {
                result.Append(text[at++]);
                continue;
            }

            var letter = text[at + 1];
            if (letter is >= '0' and <= '7')
            {
                var length = text.AsSpan(at + 1, Math.Min(3, text.Length - at - 1)).IndexOfAnyExceptInRange('0', '7') is > 0 and var stop ? stop : Math.Min(3, text.Length - at - 1);
                result.Append((char)Convert.ToInt32(text.Substring(at + 1, length), 8));
                at += 1 + length;
            }
            else if (letter is 'x' or 'u' or 'U')
            {
                var length = letter == 'x' ? 2 : letter == 'u' ? 4 : 8;
                result.Append(CodePoint(text, at + 2, length, line));
                at += 2 + length;
            }
            else
            {
                result.Append(Simple(letter, line));
                at += 2;
            }
        }

        return result.ToString();
    }

    private static string CodePoint(string text, int at, int length, int line)
    {
        if (at + length > text.Length || !int.TryParse(text.AsSpan(at, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || value is < 0 or > 0x10ffff)
        {
            throw TemplateException.Syntax("truncated or illegal \\x, \\u or \\U escape", line);
        }

        return value <= 0xffff ? ((char)value).ToString() : char.ConvertFromUtf32(value);
    }

    private static string Simple(char letter, int line) => letter switch
    {
        'n' => "\n",
        't' => "\t",
        'r' => "\r",
        '\\' or '\'' or '"' => letter.ToString(),
        '\n' => "",
        'a' => "\a",
        'b' => "\b",
        'f' => "\f",
        'v' => "\v",
        'N' => throw TemplateException.Syntax("\\N{…} escapes are not supported", line),
        _ => "\\" + letter,
    };

    [GeneratedRegex(@"\G(?:[0-9]+_)*[0-9]+(?:(?:\.(?:[0-9]+_)*[0-9]+)?[eE][+-]?(?:[0-9]+_)*[0-9]+|\.(?:[0-9]+_)*[0-9]+)")]
    private static partial Regex Float();

    [GeneratedRegex(@"\G(?:0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|[1-9](?:_?[0-9])*|0(?:_?0)*)")]
    private static partial Regex Integer();

    [GeneratedRegex(@"\G\w+")]
    private static partial Regex Name();
}

using System.Globalization;
using System.Numerics;
using System.Text;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>Python's <c>format % values</c>.</summary>
internal sealed class PercentFormat
{
    private readonly string format;
    private readonly object values;
    private readonly StringBuilder text = new();
    private int at;
    private int taken;

    private PercentFormat(string format, object values) => (this.format, this.values) = (format, values);

    public static string Format(string format, object values) => new PercentFormat(format, values).Run();

    private string Run()
    {
        Budget.SpendText(format.Length);
        while (at < format.Length)
        {
            Budget.Spend();
            var next = format.IndexOf('%', at);
            text.Append(format, at, (next < 0 ? format.Length : next) - at);
            at = next < 0 ? format.Length : next + 1;
            if (next >= 0)
            {
                Convert();
            }

            Budget.LimitText(text.Length);
        }

        return values switch
        {
            PythonTuple tuple when taken < tuple.Items.Count => throw TemplateException.Type("not all arguments converted during string formatting"),
            not (PythonTuple or PythonDictionary or PythonList or PythonRange or Undefined) when taken == 0 => throw TemplateException.Type("not all arguments converted during string formatting"),
            _ => text.ToString(),
        };
    }

    private void Convert()
    {
        var key = Peek() == '(' ? Key() : null;
        var flags = Take("-+ #0");
        var width = Size();
        var precision = -1;
        if (Peek() == '.')
        {
            at++;
            precision = Math.Max(0, Size());
        }

        Take("hlL");
        if (at >= format.Length)
        {
            throw TemplateException.Value("incomplete format");
        }

        var letter = format[at++];
        if (letter == '%')
        {
            text.Append('%');
            return;
        }

        var left = flags.Contains('-', StringComparison.Ordinal) || width < 0;
        var converted = Converted(letter, key is null ? Next() : Named(key), flags, precision);
        var missing = Math.Abs((long)width) - CodePoints.Count(converted);
        Budget.SpendText(converted.Length + Math.Max(0, missing));
        var room = (int)Math.Max(0, missing);
        if (room > 0 && !left && flags.Contains('0', StringComparison.Ordinal) && letter is not ('s' or 'r' or 'a' or 'c'))
        {
            var sign = converted[0] is '+' or '-' or ' ' ? 1 : 0;
            converted = converted.Insert(sign, new string('0', room));
        }
        else if (room > 0)
        {
            converted = left ? converted + new string(' ', room) : new string(' ', room) + converted;
        }

        text.Append(converted);
    }

    private static string Converted(char letter, object value, string flags, int precision)
    {
        switch (letter)
        {
            case 's' or 'r' or 'a':
                var plain = letter == 's' ? PythonText.Str(value) : PythonText.Repr(value);
                return precision >= 0 && precision < CodePoints.Count(plain) ? CodePoints.Between(plain, 0, precision) : plain;
            case 'c':
                return PythonType.IsText(value) ? PythonType.Text(value) : char.ConvertFromUtf32((int)BigInteger.Max(0, BigInteger.Min(PythonType.Integer(value), 0xd7ff)));
            case 'd' or 'i' or 'u':
                return Signed(NumberFormat.Padded(PythonText.Digits(BigInteger.Abs(Whole(letter, value))), precision), Whole(letter, value).Sign < 0, flags);
            case 'x' or 'X' or 'o':
                var integer = PythonType.IsInteger(value) ? PythonType.Integer(value) : throw TemplateException.Type($"%{letter} format: an integer is required, not {PythonType.Name(value)}");
                var prefix = flags.Contains('#', StringComparison.Ordinal) ? $"0{letter}" : "";
                return Signed(prefix + NumberFormat.Padded(NumberFormat.InBase(BigInteger.Abs(integer), letter), precision), integer.Sign < 0, flags);
            case 'f' or 'F' or 'e' or 'E' or 'g' or 'G':
                var number = PythonType.IsNumber(value) ? PythonType.Float(value) : throw TemplateException.Type($"must be real number, not {PythonType.Name(value)}");
                return Signed(NumberFormat.Float(Math.Abs(number), letter, precision < 0 ? 6 : precision), double.IsNegative(number) && !double.IsNaN(number), flags);
            default:
                throw TemplateException.Value($"unsupported format character '{letter}'");
        }
    }

    private static BigInteger Whole(char letter, object value) => value switch
    {
        double number when double.IsFinite(number) => new BigInteger(number),
        double => throw new TemplateException("OverflowError", "cannot convert float infinity or NaN to integer"),
        _ when PythonType.IsInteger(value) => PythonType.Integer(value),
        _ => throw TemplateException.Type($"%{letter} format: a real number is required, not {PythonType.Name(value)}"),
    };

    private static string Signed(string digits, bool negative, string flags) =>
        (negative ? "-" : flags.Contains('+', StringComparison.Ordinal) ? "+" : flags.Contains(' ', StringComparison.Ordinal) ? " " : "") + digits;

    private char Peek() => at < format.Length ? format[at] : '\0';

    private string Key()
    {
        var end = format.IndexOf(')', at);
        if (end < 0)
        {
            throw TemplateException.Value("incomplete format key");
        }

        var key = format[(at + 1)..end];
        at = end + 1;
        return key;
    }

    private string Take(string allowed)
    {
        var start = at;
        while (at < format.Length && allowed.Contains(format[at], StringComparison.Ordinal))
        {
            at++;
        }

        return format[start..at];
    }

    /// <summary>A number, or a star that takes the next value.</summary>
    private int Size()
    {
        if (Peek() == '*')
        {
            at++;
            return PythonType.IsInteger(Next()) ? PythonType.Index(((PythonTuple)values).Items[taken - 1]) : throw TemplateException.Type("* wants int");
        }

        return Take("0123456789") is { Length: > 0 } digits
            ? int.TryParse(digits, CultureInfo.InvariantCulture, out var size) ? size : throw TemplateException.Value("width too big")
            : 0;
    }

    private object Named(string key)
    {
        taken = 1;
        var value = values is PythonDictionary dictionary ? dictionary.Get(key) : throw TemplateException.Type("format requires a mapping");
        return value is Missing ? throw new TemplateException("KeyError", PythonText.Repr(key)) : value;
    }

    private object Next()
    {
        var count = values is PythonTuple tuple ? tuple.Items.Count : 1;
        if (taken >= count)
        {
            throw TemplateException.Type("not enough arguments for format string");
        }

        return values is PythonTuple many ? many.Items[taken++] : Single();
    }

    private object Single()
    {
        taken++;
        return values;
    }
}

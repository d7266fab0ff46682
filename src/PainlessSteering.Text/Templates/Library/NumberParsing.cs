using System.Globalization;
using System.Numerics;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>Python's <c>int()</c> and <c>float()</c> as the filters of these names use them; null where they fail.</summary>
internal static class NumberParsing
{
    private const int MostDigits = 4_300; // As in Python.

    public static object? TryInteger(object value, int numberBase)
    {
        if (PythonType.IsText(value) && ParseInteger(Trim(PythonType.Text(value)), numberBase) is { } parsed)
        {
            return parsed;
        }

        if (PythonType.IsInteger(value))
        {
            return PythonType.Integer(value);
        }

        return TryFloat(value) is double number && double.IsFinite(number) ? new BigInteger(number) : null;
    }

    public static object? TryFloat(object value)
    {
        if (PythonType.IsNumber(value))
        {
            return PythonType.Float(value);
        }

        if (value is Undefined undefined)
        {
            throw undefined.Error();
        }

        if (!PythonType.IsText(value))
        {
            return null;
        }

        var text = Trim(PythonType.Text(value)).ToLowerInvariant();
        var sign = text.StartsWith('-') ? -1 : 1;
        var size = text.StartsWith('-') || text.StartsWith('+') ? text[1..] : text;
        return size switch
        {
            "inf" or "infinity" => sign * double.PositiveInfinity,
            "nan" => double.NaN,
            _ when size.Length > 0 && size[0] is '-' or '+' => null,
            _ => double.TryParse(WithoutUnderscores(size), NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) ? sign * number : null,
        };
    }

    /// <summary>The number of decimal digits that name an item.</summary>
    public static BigInteger Index(string digits)
    {
        if (digits.Length > MostDigits)
        {
            throw TemplateException.Value("Too many decimal digits in format string");
        }

        Budget.SpendProduct(4.0 * digits.Length, 4.0 * digits.Length);
        return BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static BigInteger? ParseInteger(string text, int numberBase)
    {
        var negative = text.StartsWith('-');
        var digits = (negative || text.StartsWith('+') ? text[1..] : text).ToLowerInvariant();
        var prefix = digits.Length > 2 && digits[0] == '0' ? digits[1] : ' ';
        var prefixed = prefix switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 0 };
        if (prefixed > 0 && numberBase is 0 || prefixed == numberBase)
        {
            (digits, numberBase) = (digits[2..].TrimStart('_'), prefixed);
        }

        numberBase = numberBase == 0 ? 10 : numberBase;
        digits = WithoutUnderscores(digits);
        if (digits.Length is 0 or > MostDigits || numberBase is < 2 or > 36)
        {
            return null;
        }

        Budget.SpendProduct(digits.Length * Math.Log2(numberBase), 32.0 * digits.Length);
        var value = BigInteger.Zero;
        foreach (var character in digits)
        {
            var digit = char.IsDigit(character) ? (int)char.GetNumericValue(character) : character is >= 'a' and <= 'z' ? character - 'a' + 10 : int.MaxValue;
            if (digit >= numberBase)
            {
                return null;
            }

            value = (value * numberBase) + digit;
        }

        return negative ? -value : value;
    }

    private static string Trim(string text) => TextMethods.Strip(text, None.Value, both: true, left: true);

    /// <summary>Underscores may stand between two digits only; elsewhere they stay and make the text no number.</summary>
    private static string WithoutUnderscores(string text) =>
        text.StartsWith('_') || text.EndsWith('_') || text.Contains("__", StringComparison.Ordinal) ? "_" : text.Replace("_", "", StringComparison.Ordinal);
}

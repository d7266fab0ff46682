using System.Globalization;
using System.Numerics;
using System.Text;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>Digits of numbers as C's and Python's formats ask for them.</summary>
internal static class NumberFormat
{
    private const int MostDecimals = 1_000;
    private const int FloatSteps = 20;

    /// <summary>A number that is not negative.</summary>
    /// <param name="value">0 or more, infinite or not a number.</param>
    /// <param name="letter">f, e or g; a capital letter asks for a capital exponent.</param>
    /// <param name="precision">Digits after the point; of g, all digits.</param>
    public static string Float(double value, char letter, int precision)
    {
        if (precision > MostDecimals)
        {
            throw TemplateException.Value("precision too big");
        }

        Budget.Spend(FloatSteps + precision);

        if (!double.IsFinite(value))
        {
            var name = double.IsNaN(value) ? "nan" : "inf";
            return char.IsUpper(letter) ? name.ToUpperInvariant() : name;
        }

        return char.ToLowerInvariant(letter) switch
        {
            'f' => value.ToString("F" + Invariant(precision), CultureInfo.InvariantCulture),
            'e' => Exponential(value, precision, letter == 'E'),
            _ => General(value, Math.Max(1, precision), letter == 'G'),
        };
    }

    public static string InBase(BigInteger value, char letter)
    {
        Budget.SpendBits(value);
        return letter switch
        {
            'x' => NoLeadingZeros(value.ToString("x", CultureInfo.InvariantCulture)),
            'X' => NoLeadingZeros(value.ToString("X", CultureInfo.InvariantCulture)),
            'b' => NoLeadingZeros(value.ToString("b", CultureInfo.InvariantCulture)),
            _ => Octal(value),
        };
    }

    public static string Padded(string digits, int least)
    {
        Budget.SpendText(Math.Max(0, least));
        return digits.PadLeft(Math.Max(0, least), '0');
    }

    private static string Octal(BigInteger value)
    {
        var bits = value.ToString("b", CultureInfo.InvariantCulture);
        bits = bits.PadLeft((bits.Length + 2) / 3 * 3, '0');
        Budget.SpendCharacters(bits.Length);
        var digits = new StringBuilder(bits.Length / 3);
        for (var at = 0; at < bits.Length; at += 3)
        {
            digits.Append((char)('0' + ((bits[at] - '0') * 4) + ((bits[at + 1] - '0') * 2) + bits[at + 2] - '0'));
        }

        return NoLeadingZeros(digits.ToString());
    }

    /// <summary>Digits in groups of three, counted from the last.</summary>
    public static string Grouped(ReadOnlySpan<char> digits, string separator)
    {
        var grouped = new StringBuilder(digits.Length * 2);
        for (var at = 0; at < digits.Length; at++)
        {
            grouped.Append(at > 0 && (digits.Length - at) % 3 == 0 ? separator : "").Append(digits[at]);
        }

        return grouped.ToString();
    }

    private static string NoLeadingZeros(string digits) => digits.TrimStart('0') is { Length: > 0 } rest ? rest : "0";

    private static string Exponential(double value, int precision, bool upper)
    {
        var text = value.ToString("E" + Invariant(precision), CultureInfo.InvariantCulture);
        var at = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(text.AsSpan(at + 1), CultureInfo.InvariantCulture);
        return $"{text[..at]}{(upper ? 'E' : 'e')}{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)}";
    }

    private static string General(double value, int precision, bool upper)
    {
        var exponential = Exponential(value, precision - 1, upper);
        var at = exponential.IndexOf(upper ? 'E' : 'e', StringComparison.Ordinal);
        var exponent = int.Parse(exponential.AsSpan(at + 1), CultureInfo.InvariantCulture);
        return exponent < -4 || exponent >= precision
            ? NoTrailingZeros(exponential[..at]) + exponential[at..]
            : NoTrailingZeros(value.ToString("F" + Invariant(precision - 1 - exponent), CultureInfo.InvariantCulture));
    }

    private static string NoTrailingZeros(string digits) => digits.Contains('.', StringComparison.Ordinal) ? digits.TrimEnd('0').TrimEnd('.') : digits;

    private static string Invariant(int number) => number.ToString(CultureInfo.InvariantCulture);
}

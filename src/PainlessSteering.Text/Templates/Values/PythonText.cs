using System.Globalization;
using System.Numerics;
using System.Text;

namespace PainlessSteering.Text.Templates.Values;

/// <summary>Values as text: Python's <c>str</c> and <c>repr</c>.</summary>
internal static class PythonText
{
    private const int FloatSteps = 40; // Up to 17 attempts.
    private const int MostDigitBits = 14_284; // Python refuses integers of more than 4300 digits.

    public static string Str(object value) => value switch
    {
        string text => text,
        Markup markup => markup.Text,
        Undefined => "",
        _ => Repr(value),
    };

    /// <summary>Where a text first, or last, occurs in another; -1 where it does not. Both are paid for.</summary>
    public static int Find(string text, string part, bool last = false)
    {
        Budget.SpendText(text.Length);
        Budget.SpendText(part.Length);
        return new TextSearch(part, last).Find(text);
    }

    public static string Repr(object value)
    {
        var text = new StringBuilder();
        Write(text, value, 0);
        Budget.LimitText(text.Length);
        return text.ToString();
    }

    /// <summary>The integer's digits.</summary>
    public static string Digits(BigInteger value)
    {
        if (value.GetBitLength() > MostDigitBits)
        {
            throw TemplateException.Value("Exceeds the limit (4300 digits) for integer string conversion");
        }

        Budget.SpendProduct(value.GetBitLength(), value.GetBitLength());
        return value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The shortest digits that give the number back, with an exponent from 1e16 on and below 1e-4.</summary>
    public static string Float(double value)
    {
        Budget.Spend(FloatSteps);
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        var shortest = value.ToString("E16", CultureInfo.InvariantCulture);
        for (var digits = 0; digits < 17; digits++)
        {
            var candidate = value.ToString("E" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (double.Parse(candidate, CultureInfo.InvariantCulture).Equals(value))
            {
                shortest = candidate;
                break;
            }
        }

        var at = shortest.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(shortest.AsSpan(at + 1), CultureInfo.InvariantCulture);
        var sign = shortest[0] == '-' ? "-" : "";
        var mantissa = shortest[sign.Length..at].Replace(".", "", StringComparison.Ordinal);
        if (exponent is < -4 or >= 16)
        {
            var fraction = mantissa.Length > 1 ? "." + mantissa[1..] : "";
            return $"{sign}{mantissa[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)}";
        }

        if (exponent < 0)
        {
            return $"{sign}0.{new string('0', -exponent - 1)}{mantissa}";
        }

        mantissa = mantissa.PadRight(exponent + 1, '0');
        var rest = mantissa.Length > exponent + 1 ? mantissa[(exponent + 1)..] : "0";
        return $"{sign}{mantissa[..(exponent + 1)]}.{rest}";
    }

    private static void Write(StringBuilder text, object value, int depth)
    {
        Budget.SpendAt(depth);
        Budget.LimitText(text.Length);
        switch (value)
        {
            case string s:
                WriteQuoted(text, s);
                break;
            case bool flag:
                text.Append(flag ? "True" : "False");
                break;
            case BigInteger integer:
                text.Append(Digits(integer));
                break;
            case double number:
                text.Append(Float(number));
                break;
            case None:
                text.Append("None");
                break;
            case PythonList list:
                WriteItems(text, "[", list.Items, "]", depth + 1);
                break;
            case PythonTuple tuple:
                WriteItems(text, "(", tuple.Items, tuple.Items.Count == 1 ? ",)" : ")", depth + 1);
                break;
            case PythonDictionary dictionary:
                WriteEntries(text, dictionary, depth + 1);
                break;
            case DictionaryView view:
                WriteItems(text, view.TypeName + "([", view.Items, "])", depth + 1);
                break;
            default:
                var repr = ((PythonObject)value).Repr();
                Budget.SpendText(repr.Length);
                text.Append(repr);
                break;
        }
    }

    private static void WriteItems(StringBuilder text, string open, IEnumerable<object> items, string close, int depth)
    {
        text.Append(open);
        var separator = "";
        foreach (var item in items)
        {
            text.Append(separator);
            Write(text, item, depth);
            separator = ", ";
        }

        text.Append(close);
    }

    private static void WriteEntries(StringBuilder text, PythonDictionary dictionary, int depth)
    {
        text.Append('{');
        var separator = "";
        foreach (var key in dictionary.Keys)
        {
            text.Append(separator);
            Write(text, key, depth);
            text.Append(": ");
            Write(text, dictionary.Get(key), depth);
            separator = ", ";
        }

        text.Append('}');
    }

    private static void WriteQuoted(StringBuilder text, string value)
    {
        Budget.SpendCharacters(value.Length);
        var quote = value.Contains('\'', StringComparison.Ordinal) && !value.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        text.Append(quote);
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.Value == quote || rune.Value == '\\')
            {
                text.Append('\\').Append((char)rune.Value);
            }
            else if (rune.Value == '\n' || rune.Value == '\r' || rune.Value == '\t')
            {
                text.Append('\\').Append(rune.Value == '\n' ? 'n' : rune.Value == '\r' ? 'r' : 't');
            }
            else if (IsPrintable(rune))
            {
                text.Append(rune.ToString());
            }
            else
            {
                var (letter, width) = rune.Value <= 0xff ? ('x', "x2") : rune.Value <= 0xffff ? ('u', "x4") : ('U', "x8");
                text.Append('\\').Append(letter).Append(rune.Value.ToString(width, CultureInfo.InvariantCulture));
            }
        }

        text.Append(quote);
    }

    public static bool IsPrintable(string text)
    {
        Budget.SpendCharacters(text.Length);
        return text.EnumerateRunes().All(IsPrintable);
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}

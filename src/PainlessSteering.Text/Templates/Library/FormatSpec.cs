using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>Python's format specification: <c>[[fill]align][sign][#][0][width][,][.precision][type]</c>.</summary>
internal static partial class FormatSpec
{
    public static string Apply(object value, string spec)
    {
        if (spec.Length == 0)
        {
            return PythonText.Str(value);
        }

        var match = Grammar().Match(spec);
        if (!match.Success || value is not (string or Markup or bool or BigInteger or double))
        {
            throw TemplateException.Value(match.Success ? $"unsupported format string passed to {PythonType.Name(value)}.__format__" : "Invalid format specifier");
        }

        string Group(string name) => match.Groups[name].Value;
        var isText = PythonType.IsText(value);
        var (sign, body) = isText ? ("", Text(PythonType.Text(value), Group("precision"), Group("type"))) : Number(value, Group("sign"), Group("alternate"), Group("comma"), Group("precision"), Group("type"));
        var align = Group("align") is { Length: > 0 } given ? given : Group("zero").Length > 0 && !isText ? "=" : isText ? "<" : ">";
        var fill = Group("fill") is { Length: > 0 } filling ? filling : Group("zero").Length > 0 ? "0" : " ";
        var width = Size(Group("width"), 0);
        var room = Math.Max(0, width - CodePoints.Count(sign + body));
        Budget.SpendText((long)body.Length + ((long)room * fill.Length));
        string Repeat(int count) => new StringBuilder().Insert(0, fill, count).ToString();
        return align switch
        {
            "<" => sign + body + Repeat(room),
            "^" => Repeat(room / 2) + sign + body + Repeat(room - (room / 2)),
            "=" when isText => throw TemplateException.Value("'=' alignment not allowed in string format specifier"),
            "=" => sign + Repeat(room) + body,
            _ => Repeat(room) + sign + body,
        };
    }

    private static string Text(string text, string precision, string type) => type is "" or "s"
        ? precision.Length > 0 && Size(precision, 0) < CodePoints.Count(text) ? CodePoints.Between(text, 0, Size(precision, 0)) : text
        : throw TemplateException.Value($"Unknown format code '{type}' for object of type 'str'");

    private static (string Sign, string Body) Number(object value, string sign, string alternate, string comma, string precision, string type)
    {
        if (value is bool && type.Length == 0)
        {
            type = "d";
        }

        var (negative, body) = value is double number || type is "f" or "F" or "e" or "E" or "g" or "G" or "%"
            ? Float(PythonType.Float(value), precision, type)
            : Integer(PythonType.Integer(value), alternate, type);
        if (comma.Length > 0)
        {
            var end = body.AsSpan().IndexOfAnyExceptInRange('0', '9') is >= 0 and var at ? at : body.Length;
            body = NumberFormat.Grouped(body.AsSpan(0, end), comma) + body[end..];
        }

        return (negative ? "-" : sign is "+" or " " ? sign : "", body);
    }

    private static (bool Negative, string Body) Float(double number, string precision, string type)
    {
        var size = Math.Abs(number);
        var body = type switch
        {
            "" when precision.Length == 0 => PythonText.Float(size),
            "%" => NumberFormat.Float(size * 100, 'f', Size(precision, 6)) + "%",
            "" => NumberFormat.Float(size, 'g', Size(precision, 6)) is var general && general.AsSpan().ContainsAnyExceptInRange('0', '9') ? general : general + ".0",
            "f" or "F" or "e" or "E" or "g" or "G" => NumberFormat.Float(size, type[0], Size(precision, 6)),
            _ => throw TemplateException.Value($"Unknown format code '{type}' for object of type 'float'"),
        };
        return (double.IsNegative(number) && !double.IsNaN(number), body);
    }

    private static (bool Negative, string Body) Integer(BigInteger integer, string alternate, string type)
    {
        var size = BigInteger.Abs(integer);
        var body = type switch
        {
            "" or "d" or "n" => PythonText.Digits(size),
            "x" or "X" or "o" or "b" => (alternate.Length > 0 ? "0" + type : "") + NumberFormat.InBase(size, type[0]),
            "c" => char.ConvertFromUtf32((int)BigInteger.Min(size, 0xd7ff)),
            _ => throw TemplateException.Value($"Unknown format code '{type}' for object of type 'int'"),
        };
        return (integer.Sign < 0, body);
    }

    private static int Size(string digits, int missing) => digits.Length == 0 ? missing
        : int.TryParse(digits, CultureInfo.InvariantCulture, out var size) ? size : throw TemplateException.Value("Too many decimal digits in format string");

    [GeneratedRegex(@"^(?:(?<fill>[\s\S])?(?<align>[<>=^]))?(?<sign>[+\- ])?(?<alternate>#)?(?<zero>0)?(?<width>[0-9]+)?(?<comma>[,_])?(?:\.(?<precision>[0-9]+))?(?<type>[bcdeEfFgGnosxX%])?\z")]
    private static partial Regex Grammar();
}

using System.Globalization;
using System.Text;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>C's <c>strftime</c> in the C locale, with glibc's flags <c>-</c>, <c>_</c>, <c>0</c>, <c>^</c> and <c>#</c>, of a time without a zone.</summary>
internal static class Strftime
{
    private static readonly CultureInfo C = CultureInfo.InvariantCulture;

    public static string Format(DateTime time, string format)
    {
        var text = new StringBuilder();
        for (var at = 0; at < format.Length; at++)
        {
            Budget.Spend();
            if (format[at] != '%')
            {
                text.Append(format[at]);
                continue;
            }

            var start = at++;
            while (at < format.Length && format[at] is '-' or '_' or '0' or '^' or '#')
            {
                at++;
            }

            var flags = format[(start + 1)..at];
            var value = at < format.Length ? Value(time, format[at]) : null;
            text.Append(value is null ? format[start..Math.Min(at + 1, format.Length)] : Flagged(value, flags));
        }

        return text.ToString();
    }

    private static string? Value(DateTime time, char letter) => letter switch
    {
        'a' => time.ToString("ddd", C),
        'A' => time.ToString("dddd", C),
        'b' or 'h' => time.ToString("MMM", C),
        'B' => time.ToString("MMMM", C),
        'c' => Format(time, "%a %b %e %H:%M:%S %Y"),
        'C' => Two(time.Year / 100),
        'd' => Two(time.Day),
        'D' or 'x' => Format(time, "%m/%d/%y"),
        'e' => Spaced(time.Day),
        'f' => time.ToString("ffffff", C),
        'F' => Format(time, "%Y-%m-%d"),
        'g' => Two(ISOWeek.GetYear(time) % 100),
        'G' => ISOWeek.GetYear(time).ToString(C),
        'H' => Two(time.Hour),
        'I' => Two(Hour12(time)),
        'j' => time.DayOfYear.ToString("000", C),
        'k' => Spaced(time.Hour),
        'l' => Spaced(Hour12(time)),
        'm' => Two(time.Month),
        'M' => Two(time.Minute),
        'n' => "\n",
        'p' => time.Hour < 12 ? "AM" : "PM",
        'P' => time.Hour < 12 ? "am" : "pm",
        'r' => Format(time, "%I:%M:%S %p"),
        'R' => Format(time, "%H:%M"),
        's' => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)).ToUnixTimeSeconds().ToString(C),
        'S' => Two(time.Second),
        't' => "\t",
        'T' or 'X' => Format(time, "%H:%M:%S"),
        'u' => (time.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)time.DayOfWeek).ToString(C),
        'U' => Two((time.DayOfYear + 6 - (int)time.DayOfWeek) / 7),
        'V' => Two(ISOWeek.GetWeekOfYear(time)),
        'w' => ((int)time.DayOfWeek).ToString(C),
        'W' => Two((time.DayOfYear + 6 - (((int)time.DayOfWeek + 6) % 7)) / 7),
        'y' => Two(time.Year % 100),
        'Y' => time.Year.ToString(C),
        'z' or 'Z' => "",
        '%' => "%",
        _ => null,
    };

    private static string Flagged(string value, string flags) => flags.Length == 0 ? value : flags[^1] switch
    {
        '-' => value.TrimStart('0', ' ') is { Length: > 0 } digits ? digits : value[^1..],
        '_' => value.TrimStart('0').PadLeft(value.Length),
        '0' => value.Replace(' ', '0'),
        '#' when value is "AM" or "PM" => value.ToLowerInvariant(),
        _ => value.ToUpperInvariant(),
    };

    private static int Hour12(DateTime time) => time.Hour % 12 == 0 ? 12 : time.Hour % 12;

    private static string Two(int number) => number.ToString("00", C);

    private static string Spaced(int number) => number.ToString(C).PadLeft(2);
}

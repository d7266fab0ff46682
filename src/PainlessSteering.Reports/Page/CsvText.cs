using System.Globalization;
using System.Text;

namespace PainlessSteering.Reports.Page;

/// <summary>The one writer of CSV files (RFC 4180, lines ended by a line feed).</summary>
internal static class CsvText
{
    /// <summary>What spreadsheets take for the beginning of a formula, which may run programs and send files; the wide forms are those of East Asian keyboards.</summary>
    private const string Formula = "=+-@\t\r\uFF1D\uFF0B\uFF0D\uFF20";

    /// <summary>A row of keys, then one line a row.</summary>
    public static byte[] Of(IEnumerable<string> keys, IEnumerable<IEnumerable<string>> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows.Prepend(keys))
        {
            text.AppendJoin(',', row.Select(Cell)).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>A cell: a number as it is, a text that could be taken for a formula behind an apostrophe, which spreadsheets read as "this is text".</summary>
    internal static string Cell(string text) => text.Length > 0 && Formula.Contains(text[0]) && !IsNumber(text) ? Quoted("'" + text)
        : text.AsSpan().IndexOfAny("\",\r\n") >= 0 ? Quoted(text) : text;

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static bool IsNumber(string text) => double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out _);
}

using System.Text;

namespace PainlessSteering.Data.Guards;

/// <summary>The first lines of a CSV or TSV file: what parts its cells, and how many there are.</summary>
/// <param name="Separator">What parts the cells: as a line <c>sep=;</c> says (Excel writes it), or what the header line has most of.</param>
/// <param name="Cells">Cells of the header line, where quotes quote.</param>
/// <param name="PlainCells">Cells of the header line, where quotes are characters.</param>
/// <param name="HasSeparatorLine">Whether the first line names the separator.</param>
internal sealed record CsvHeader(char Separator, int Cells, int PlainCells, bool HasSeparatorLine)
{
    private const string SeparatorLine = "sep=";

    /// <param name="path">The file.</param>
    /// <param name="separators">Those that come into question where no line names it.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="PasException">It has too many columns, too long a header line, or is no UTF-8.</exception>
    public static CsvHeader Of(string path, string separators, CancellationToken cancellation)
    {
        using var stream = DataStream.Open(path, path, cancellation);
        var bytes = new byte[DataLimits.LineBytes];
        var length = 0;
        for (var read = stream.Read(bytes); read > 0; read = stream.Read(bytes.AsSpan(length)))
        {
            length += read;
            if (length == bytes.Length)
            {
                break;
            }
        }

        if (bytes is [0xff, 0xfe, ..] or [0xfe, 0xff, ..])
        {
            throw new PasException("cannot be read: it is UTF-16", path, "UTF-8", remedy: "save it as UTF-8") { Code = ErrorCodes.BadData };
        }

        var text = Encoding.UTF8.GetString(bytes.AsSpan(0, length)).TrimStart('\uFEFF').TrimStart('\r', '\n');
        var named = NamedSeparator(text);
        if (named is not null)
        {
            separators = named.Value.ToString();
            text = text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..].TrimStart('\r', '\n');
        }

        var (separator, cells) = Most(text, separators);
        var plain = text.AsSpan(0, text.IndexOfAny(['\n', '\r']) is >= 0 and var end ? end : text.Length).Count(separator) + 1;
        return Math.Min(cells, plain) <= DataLimits.Columns
            ? new CsvHeader(separator, cells, plain, named is not null)
            : throw DataLimits.Refusal("has too many columns", path, FormattableString.Invariant($"at most {DataLimits.Columns}"), FormattableString.Invariant($"{Math.Min(cells, plain)}"));
    }

    private static char? NamedSeparator(string text)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        var line = end < 0 ? "" : text[..end].TrimEnd('\r').Trim('"');
        return line.Length == SeparatorLine.Length + 1 && line.StartsWith(SeparatorLine, StringComparison.OrdinalIgnoreCase) && char.IsAscii(line[^1]) ? line[^1] : null;
    }

    /// <summary>The separator that the header line has most of outside quotes, and the number of its cells.</summary>
    private static (char Separator, int Cells) Most(string text, string separators)
    {
        var counts = new int[separators.Length];
        var quoted = false;
        foreach (var c in text)
        {
            if (!quoted && c is '\n' or '\r')
            {
                break;
            }

            quoted ^= c == '"';
            if (!quoted && separators.IndexOf(c) is >= 0 and var found)
            {
                counts[found]++;
            }
        }

        var most = counts.Max();
        return (separators[Array.IndexOf(counts, most)], most + 1);
    }
}

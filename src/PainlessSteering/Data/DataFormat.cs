using System.IO.Compression;
using System.Text;

namespace PainlessSteering.Data;

/// <summary>How DuckDB reads each kind of file: the select that yields its records.</summary>
/// <remarks>
/// Text stays verbatim: no guessing of types, dates, comments or quotes. Only for a user's own select do JSON's numbers
/// keep their type, so that it can calculate with them; CSV columns are always text.
/// </remarks>
internal static class DataFormat
{
    private const string CsvOptions = "auto_detect = false, quote = '\"', escape = '\"', comment = '', hive_partitioning = false";

    /// <summary>
    /// The select for a file, by its name; <paramref name="scalar"/> runs a query that yields one value, and <paramref name="names"/> are
    /// the columns of a CSV file without a header line.
    /// </summary>
    public static string Source(string path, Func<string, object?> scalar, bool typed, IReadOnlyList<string>? names = null)
    {
        if (!File.Exists(path))
        {
            throw new PasException(Directory.Exists(path) ? "is a folder" : "there is no such file", path, "a local CSV, TSV, JSON, JSONL or Parquet file") { Code = ErrorCodes.FileMissing };
        }

        var gzip = IsGzip(path);
        var name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        var compression = gzip ? "compression = 'gzip'" : "compression = 'uncompressed'";
        return System.IO.Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".csv" when names is not null => $"SELECT * FROM read_csv({FileLiteral(path)}, {CsvOptions}, {compression}, delim = ',', header = false, columns = {Struct(names)})",
            ".csv" => Csv(path, gzip, compression, scalar, ",;\t|"),
            ".tsv" => Csv(path, gzip, compression, scalar, "\t"),
            ".json" or ".jsonl" or ".ndjson" => Json(path, compression, scalar, typed),
            ".parquet" when gzip => throw new PasException("is a gzipped Parquet file", path, "plain Parquet, which is compressed inside", remedy: "unpack it with gunzip") { Code = ErrorCodes.NotSupported },
            ".parquet" => $"SELECT * FROM read_parquet({FileLiteral(path)}, binary_as_string = true, hive_partitioning = false)",
            var other => throw new PasException("is not a known kind of data file", path, ".csv, .tsv, .json, .jsonl, .ndjson or .parquet, also with .gz", other.Length == 0 ? "no ending" : other, "unpack or rename it") { Code = ErrorCodes.NotSupported },
        };
    }

    private static string Csv(string path, bool gzip, string compression, Func<string, object?> scalar, string delimiters)
    {
        var (delimiter, count) = Header(path, gzip, delimiters);
        var options = $"{FileLiteral(path)}, {CsvOptions}, {compression}, delim = '{delimiter}'";

        // DuckDB's sniffer takes an uneven CSV for a file with one column. So the header is read first, as a row;
        // then, with the columns named, an uneven row is an error with its line.
        var cells = Struct(Enumerable.Range(0, count).Select(i => FormattableString.Invariant($"c{i}")));
        var names = (List<string?>?)scalar($"SELECT [*COLUMNS(*)] FROM read_csv({options}, header = false, columns = {cells}) LIMIT 1");
        if (names is null || names.All(string.IsNullOrWhiteSpace))
        {
            throw new PasException("has no rows", path, "a header line and one row an item") { Code = ErrorCodes.BadData };
        }

        return $"SELECT * FROM read_csv({options}, header = true, columns = {Struct(UniqueNames(names))})";
    }

    private static string Struct(IEnumerable<string> names) => $"{{{string.Join(", ", names.Select(name => $"{Literal(name)}: 'VARCHAR'"))}}}";

    private static string Json(string path, string compression, Func<string, object?> scalar, bool typed)
    {
        var source = $"read_json_objects({FileLiteral(path)}, {compression})";
        if (scalar($"SELECT CAST(json_group_structure(json) AS VARCHAR) FROM {source}") is not string structure)
        {
            throw new PasException("has no rows", path, "one JSON object an item") { Code = ErrorCodes.BadData };
        }

        return $"SELECT unnest(from_json(json, {Literal(JsonStructure.ForReading(structure, path, typed))})) FROM {source}";
    }

    /// <summary>The separator that the header line uses most, outside quotes, and the number of its cells.</summary>
    private static (char Delimiter, int Cells) Header(string path, bool gzip, string delimiters)
    {
        using Stream file = File.OpenRead(path);
        using var reader = new StreamReader(gzip ? new GZipStream(file, CompressionMode.Decompress) : file, Encoding.UTF8);
        var counts = new int[delimiters.Length];
        var (quoted, begun) = (false, false);
        for (var c = reader.Read(); c >= 0 && (quoted || !begun || c is not ('\n' or '\r')); c = reader.Read())
        {
            begun |= c is not ('\n' or '\r');
            quoted ^= c == '"';
            if (!quoted && delimiters.IndexOf((char)c) is >= 0 and var found)
            {
                counts[found]++;
            }
        }

        var most = counts.Max();
        return (delimiters[Array.IndexOf(counts, most)], most + 1);
    }

    private static List<string> UniqueNames(List<string?> header)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var names = new List<string>();
        for (var i = 0; i < header.Count; i++)
        {
            var plain = header[i]?.Replace('\0', ' ').Trim() is { Length: > 0 } given ? given : FormattableString.Invariant($"column{i + 1}");
            var name = plain;
            for (var copy = 1; !taken.Add(name); copy++)
            {
                name = FormattableString.Invariant($"{plain}_{copy}");
            }

            names.Add(name);
        }

        return names;
    }

    private static bool IsGzip(string path)
    {
        using var file = File.OpenRead(path);
        return file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
    }

    /// <summary>A path as DuckDB takes it: brackets keep its wildcards from matching other files.</summary>
    private static string FileLiteral(string path) => Literal(string.Concat(path.Select(c => c is '[' or '*' or '?' ? $"[{c}]" : c.ToString())));

    /// <summary>A text as SQL writes it.</summary>
    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}

using PainlessSteering.Data.Guards;

namespace PainlessSteering.Data;

/// <summary>How DuckDB reads each kind of file: the select that yields its records.</summary>
/// <remarks>
/// Text stays verbatim: no guessing of types, dates, comments or quotes. Only for a user's own select do JSON's numbers
/// keep their type, so that it can calculate with them; CSV columns are always text. Every file is measured before DuckDB sees it.
/// </remarks>
internal sealed class DataFormat
{
    private const string CsvOptions = "auto_detect = false, comment = '', hive_partitioning = false";

    private readonly string _path, _folder, _compression;
    private readonly Func<string, object?> _scalar;
    private readonly SourceNotes _found;
    private readonly CancellationToken _cancellation;
    private readonly bool _gzip;

    /// <param name="path">The file, whose name tells its kind.</param>
    /// <param name="folder">Takes copies of what has to be mended first.</param>
    /// <param name="scalar">Runs a query that yields one value.</param>
    /// <param name="found">Gets what the user should know.</param>
    /// <param name="cancellation">Stops it.</param>
    public DataFormat(string path, string folder, Func<string, object?> scalar, SourceNotes found, CancellationToken cancellation)
    {
        if (!File.Exists(path))
        {
            throw new PasException(Directory.Exists(path) ? "is a folder" : "there is no such file", path, "a local CSV, TSV, JSON, JSONL or Parquet file") { Code = ErrorCodes.FileMissing };
        }

        FileKind.EnsureRegular(path);
        (_path, _folder, _scalar, _found, _cancellation) = (path, folder, scalar, found, cancellation);
        using var stream = IsKnown ? DataStream.Open(path, path, cancellation) : null;
        _gzip = stream?.IsGzip ?? false;
        _compression = Compression(_gzip);
        Bytes = new FileInfo(path).Length * (_gzip || Kind == ".parquet" ? 10 : 1);
    }

    /// <summary>Bytes that the file has, or where it is compressed, that it may have unpacked.</summary>
    public long Bytes { get; }

    private string Kind => Path.GetExtension(_path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? _path[..^3] : _path).ToLowerInvariant();

    private bool IsKnown => Kind is ".csv" or ".tsv" or ".json" or ".jsonl" or ".ndjson" or ".parquet";

    /// <summary>The select for the file; <paramref name="names"/> are the columns of a CSV file without a header line.</summary>
    public string Source(bool typed, IReadOnlyList<string>? names = null) => Kind switch
    {
        ".csv" when names is not null => Headerless(names),
        ".csv" => Csv(",;\t|"),
        ".tsv" => Csv("\t"),
        ".json" or ".jsonl" or ".ndjson" => Json(typed),
        ".parquet" when _gzip => throw new PasException("is a gzipped Parquet file", _path, "plain Parquet, which is compressed inside", remedy: "unpack it with gunzip") { Code = ErrorCodes.NotSupported },
        ".parquet" => Parquet(),
        var other => throw new PasException("is not a known kind of data file", _path, ".csv, .tsv, .json, .jsonl, .ndjson or .parquet, also with .gz", other.Length == 0 ? "no ending" : other, "unpack or rename it") { Code = ErrorCodes.NotSupported },
    };

    private string Headerless(IReadOnlyList<string> names)
    {
        CsvScan.Quotes(_path, ',', names.Count, _cancellation);
        return $"SELECT * FROM read_csv({FileLiteral(_path)}, {CsvOptions}, {Quote(true)}, {_compression}, delim = ',', header = false, columns = {Struct(names)})";
    }

    private string Csv(string separators)
    {
        var header = CsvHeader.Of(_path, separators, _cancellation);
        var quotes = CsvScan.Quotes(_path, header.Separator, header.PlainCells, _cancellation);
        var skip = header.HasSeparatorLine ? ", skip = 1" : "";
        var options = $"{FileLiteral(_path)}, {CsvOptions}, {Quote(quotes)}, {_compression}, delim = {Literal(header.Separator.ToString())}{skip}";

        // DuckDB's sniffer takes an uneven CSV for a file with one column. So the header is read first, as a row;
        // then, with the columns named, an uneven row is an error with its line.
        var cells = Struct(Enumerable.Range(0, quotes ? header.Cells : header.PlainCells).Select(i => FormattableString.Invariant($"c{i}")));
        var names = (List<string?>?)_scalar($"SELECT [*COLUMNS(*)] FROM read_csv({options}, header = false, columns = {cells}) LIMIT 1");
        if (names is null || names.All(string.IsNullOrWhiteSpace))
        {
            throw new PasException("has no rows", _path, "a header line and one row an item") { Code = ErrorCodes.BadData };
        }

        return $"SELECT * FROM read_csv({options}, header = true, columns = {Struct(UniqueNames(names))})";
    }

    private string Json(bool typed)
    {
        var file = JsonSource.Prepare(_path, _folder, _found, _cancellation);
        var source = $"read_json_objects({FileLiteral(file)}, {Compression(_gzip && file == _path)})";
        if (_scalar($"SELECT CAST(json_group_structure(json) AS VARCHAR) FROM {source}") is not string structure)
        {
            throw new PasException("has no rows", _path, "one JSON object an item") { Code = ErrorCodes.BadData };
        }

        return $"SELECT unnest(from_json(json, {Literal(JsonStructure.ForReading(structure, _path, typed))})) FROM {source}";
    }

    private string Parquet()
    {
        var (rows, bytes, columns) = (Count("sum(num_rows)", "parquet_file_metadata"), Count("sum(total_uncompressed_size)", "parquet_metadata"), Count("count(*)", "parquet_schema"));
        return rows > DataLimits.Rows ? throw DataLimits.Refusal("has too many rows", _path, FormattableString.Invariant($"at most {DataLimits.Rows}"), FormattableString.Invariant($"{rows}"))
            : bytes > DataLimits.FileBytes ? throw DataLimits.Refusal("unpacks to too much", _path, $"at most {DataLimits.InWords(DataLimits.FileBytes)}", DataLimits.InWords(bytes))
            : columns > 4 * DataLimits.Columns ? throw DataLimits.Refusal("has too many columns", _path, FormattableString.Invariant($"at most {DataLimits.Columns}"), FormattableString.Invariant($"{columns} in its schema"))
            : $"SELECT * FROM {WithShortTexts($"read_parquet({FileLiteral(_path)}, binary_as_string = true, hive_partitioning = false)")}";
    }

    /// <summary>Refuses texts that are one in the file and thousands in memory: DuckDB reads their lengths without making copies, and its vectors with.</summary>
    private string WithShortTexts(string source)
    {
        var columns = (List<string?>?)_scalar($"SELECT list(column_name) FROM (DESCRIBE SELECT * FROM {source}) WHERE column_type = 'VARCHAR'") ?? [];
        if (columns.Count > 0)
        {
            var length = string.Join(" + ", columns.Select(name => $"coalesce(strlen(\"{name!.Replace("\"", "\"\"", StringComparison.Ordinal)}\"), 0)"));
            var rows = $"SELECT length, row_number() OVER () AS row FROM (SELECT {length} AS length FROM {source})";
            if (_scalar($"SELECT CAST(max(total) AS BIGINT) FROM (SELECT sum(length) AS total FROM ({rows}) GROUP BY row // {DataLimits.VectorRows})") is long most and > DataLimits.TextsOfVector)
            {
                throw DataLimits.Refusal("unpacks to too much", _path, $"texts of at most {DataLimits.InWords(DataLimits.TextsOfVector)} in {DataLimits.VectorRows} rows", DataLimits.InWords(most));
            }
        }

        return source;
    }

    private long Count(string what, string function) => _scalar($"SELECT CAST({what} AS BIGINT) FROM {function}({FileLiteral(_path)})") is long count ? count : 0;

    private static string Quote(bool quotes) => quotes ? "quote = '\"', escape = '\"'" : "quote = '', escape = ''";

    private static string Compression(bool gzip) => gzip ? "compression = 'gzip'" : "compression = 'uncompressed'";

    private static string Struct(IEnumerable<string> names) => $"{{{string.Join(", ", names.Select(name => $"{Literal(name)}: 'VARCHAR'"))}}}";

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

    /// <summary>A path as DuckDB takes it: brackets keep its wildcards from matching other files.</summary>
    private static string FileLiteral(string path) => Literal(string.Concat(path.Select(c => c is '[' or '*' or '?' ? $"[{c}]" : c.ToString())));

    /// <summary>A text as SQL writes it.</summary>
    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}

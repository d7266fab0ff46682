using DuckDB.NET.Data;
using PainlessSteering.Data.Guards;

namespace PainlessSteering.Data;

/// <summary>A data file read into an in-memory DuckDB, which afterwards can reach neither files nor the network.</summary>
/// <remarks>One thread and insertion order: the same file and select give the same rows in the same order.</remarks>
internal sealed class DataFile : IDisposable
{
    private readonly DuckDBConnection _connection = new("DataSource=:memory:");
    private readonly DirectoryInfo _folder = TemporaryName.Scratch("data");
    private readonly ProcessMemory? _memory = ProcessMemory.Now();
    private readonly string _path;
    private readonly CancellationToken _cancellation;
    private long _bytes, _onDisk;
    private string _table = "data";

    private DataFile(string path, CancellationToken cancellation) => (_path, _cancellation) = (path, cancellation);

    /// <summary>What reading the files found that the user should know.</summary>
    public SourceNotes Found { get; } = new();

    /// <summary>Opens a CSV, TSV, JSON, JSONL or Parquet file, plain or gzipped, and runs the select if there is one.</summary>
    public static DataFile Open(string path, string? sql, CancellationToken cancellation = default) => Open(
        path,
        file =>
        {
            file.Take(path, typed: sql is not null);
            if (sql is not null)
            {
                file.Select(sql);
            }
        },
        cancellation);

    /// <summary>Opens what <paramref name="fill"/> takes in; <paramref name="place"/> names it in errors.</summary>
    public static DataFile Open(string place, Action<DataFile> fill, CancellationToken cancellation = default)
    {
        var file = new DataFile(place, cancellation);
        try
        {
            file._connection.Open();
            file.Execute($"""
                SET threads = 1; SET memory_limit = '{DataLimits.Memory}'; SET max_temp_directory_size = '{DataLimits.TemporaryFiles}';
                SET temp_directory = {DataFormat.Literal(file._folder.FullName)}; SET autoinstall_known_extensions = false; SET autoload_known_extensions = false
                """);
            fill(file);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads a file into the table <c>data</c>, in place of what was there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="typed">Whether JSON's numbers keep their type.</param>
    /// <param name="names">The columns of a CSV file without a header line.</param>
    public void Take(string path, bool typed, IReadOnlyList<string>? names = null)
    {
        var format = new DataFormat(path, _folder.FullName, Scalar, Found, _cancellation);
        _onDisk += new FileInfo(path).Length;
        Guard("cannot be read", path, (what, limit) => DataLimits.Refusal($"cannot be read: {what}", path, limit), growth: null, time: DataLimits.Time(format.Bytes), () => Execute($"CREATE OR REPLACE TABLE data AS {format.Source(typed, names)}"));
        _bytes += format.Bytes;
        CheckRows("data", path);
    }

    /// <summary>Runs a user's or a task's select, whose rows take the place of the file's. From here on no file can be reached.</summary>
    public void Select(string sql)
    {
        Execute("SET enable_external_access = false; SET lock_configuration = true");
        _table = "selected";
        PasException Refusal(string what, string? limit) => DataLimits.Refusal($"the select fails: {what}", _path, limit);
        Guard("the select fails", _path, Refusal, DataLimits.SelectGrowth, DataLimits.Time(_bytes), () =>
        {
            var select = sql.TrimEnd().TrimEnd(';');
            if (SelectStatement.Objection(select, text => (string)Scalar($"SELECT json_serialize_sql({DataFormat.Literal(text)})")!) is var (problem, expected))
            {
                throw Refusal(problem, expected);
            }

            Execute($"CREATE TABLE selected AS SELECT * FROM (\n{select}\n)");
        });
        CheckRows("selected", Place);
    }

    /// <summary>Runs a statement of the product's own, such as one that puts what was taken aside.</summary>
    public void Run(string statement) => Guard("the columns cannot be used", _path, (what, limit) => DataLimits.Refusal(what, _path, limit), growth: null, DataLimits.Time(_bytes), () => Execute(statement));

    /// <summary>Sets what <c>getvariable(name)</c> yields.</summary>
    public void SetVariable(string name, string value) => Execute($"SET VARIABLE {name} = {DataFormat.Literal(value)}");

    /// <summary>The file, or the select over it: the start of the place of an error.</summary>
    public string Place => _table == "data" ? _path : $"{_path}, select";

    /// <summary>Whether there is no row at all.</summary>
    public bool IsEmpty => Scalar($"SELECT rowid FROM {_table} LIMIT 1") is null;

    /// <summary>The top columns, and after each nested one its fields.</summary>
    public IReadOnlyList<DataColumn> Columns()
    {
        var columns = new List<DataColumn>();
        Guard(() =>
        {
            foreach (var column in Describe(_table, "", ""))
            {
                columns.Add(column);
                if (column.IsStruct)
                {
                    columns.AddRange(Describe($"(SELECT unnest({column.Expression}) FROM {_table})", column.Name + ".", column.Expression + "."));
                }
            }
        });
        return columns;
    }

    /// <summary>The cells of the given columns as text (JSON where nested), row by row, with the 1-based row number.</summary>
    public IEnumerable<(long Row, string?[] Cells)> Rows(IReadOnlyList<DataColumn> columns)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = $"SELECT rowid + 1, {string.Join(", ", columns.Select(column => column.AsText))} FROM {_table} ORDER BY rowid";
        DuckDBDataReader? opened = null;
        Guard(() => opened = command.ExecuteReader());
        using var reader = opened!;
        var length = 0L;
        while (reader.Read())
        {
            _cancellation.ThrowIfCancellationRequested();
            var cells = new string?[columns.Count];
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = reader.IsDBNull(i + 1) ? null : reader.GetString(i + 1);
                length += cells[i]?.Length ?? 0;
            }

            if (length > DataLimits.FileBytes)
            {
                throw DataLimits.Refusal("its rows hold too much text", Place, $"at most {DataLimits.InWords(DataLimits.FileBytes)}");
            }

            yield return (reader.GetInt64(0), cells);
        }
    }

    public void Dispose()
    {
        _connection.Dispose();
        _folder.Delete(recursive: true);
    }

    private void CheckRows(string table, string place)
    {
        if ((long)Scalar($"SELECT count(*) FROM {table}")! is > DataLimits.Rows and var rows)
        {
            throw DataLimits.Refusal("has too many rows", place, FormattableString.Invariant($"at most {DataLimits.Rows}"), FormattableString.Invariant($"{rows}"));
        }
    }

    private List<DataColumn> Describe(string table, string prefix, string parent)
    {
        var found = new List<(string Name, string Type)>();
        using (var command = _connection.CreateCommand())
        {
            command.CommandText = $"DESCRIBE SELECT * FROM {table}";
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                found.Add((reader.GetString(0), reader.GetString(1)));
            }
        }

        if (found.Find(column => column.Name.Contains('\0', StringComparison.Ordinal)).Name is { } name)
        {
            throw new PasException("a column's name cannot be used: it contains the character U+0000", Place, "names without it", CellText.Shown(prefix + name, 100)) { Code = ErrorCodes.BadData };
        }

        using var counts = _connection.CreateCommand();
        counts.CommandText = $"SELECT {string.Join(", ", found.Select(column => $"count({Quote(column.Name)})"))} FROM {table}";
        using var row = counts.ExecuteReader();
        row.Read();
        return [.. found.Select((column, i) => new DataColumn(prefix + column.Name, parent + Quote(column.Name), column.Type, row.GetInt64(i) > 0))];
    }

    private object? Scalar(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() is { } value and not DBNull ? value : null;
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Runs a statement over what was taken.</summary>
    private void Guard(Action action) => Guard("cannot be read", Place, (what, limit) => DataLimits.Refusal($"cannot be read: {what}", Place, limit), growth: null, DataLimits.Time(_bytes), action);

    private void Guard(string what, string place, Func<string, string, PasException> refuse, long? growth, TimeSpan time, Action action)
    {
        try
        {
            BoundedQuery.Run(_connection, _memory is null ? null : () => _memory.Limit(DataLimits.ProcessGrowth + _onDisk), action, time, growth, refuse, _cancellation);
        }
        catch (Exception exception) when (exception is DuckDBException or InvalidDataException)
        {
            throw DataFileError.From(exception, what, place, _folder.FullName);
        }
    }

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

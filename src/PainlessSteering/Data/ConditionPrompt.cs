namespace PainlessSteering.Data;

/// <summary>A prompt, and whether a vector should act on it.</summary>
/// <param name="Prompt">The text.</param>
/// <param name="Acts">Whether the vector should act.</param>
public sealed record ConditionPrompt(string Prompt, bool Acts)
{
    private static readonly string[] Yes = ["true", "1", "yes", "act"], No = ["false", "0", "no", "pass"];

    /// <summary>Reads the columns <c>prompt</c> and <c>act</c> (true or false, also 1 or 0, yes or no) of a data file.</summary>
    /// <param name="path">CSV, TSV, JSON, JSONL or Parquet, also with .gz.</param>
    /// <exception cref="PasException">The file cannot be read, or a row is not such a prompt.</exception>
    public static IReadOnlyList<ConditionPrompt> Load(string path)
    {
        using var file = DataFile.Open(path, sql: null);
        var columns = file.Columns();
        DataColumn Column(string name) => columns.FirstOrDefault(column => column.PlainName == name)
            ?? throw new PasException("a column is missing", path, $"a column '{name}'", string.Join(", ", columns.Select(column => column.Name))) { Code = ErrorCodes.BadData };
        return [.. file.Rows([Column("prompt"), Column("act")]).Select(row => Read(path, row.Row, row.Cells))];
    }

    private static ConditionPrompt Read(string path, long row, string?[] cells)
    {
        var where = $"{path}, row {row}";
        var label = cells[1]?.Trim().ToLowerInvariant();
        if (string.IsNullOrWhiteSpace(cells[0]))
        {
            throw new PasException("the prompt is empty", where) { Code = ErrorCodes.BadData };
        }

        return Yes.Contains(label) || No.Contains(label)
            ? new ConditionPrompt(cells[0]!, Yes.Contains(label))
            : throw new PasException("the label is not known", $"{where}, column 'act'", "true or false", $"'{cells[1]}'") { Code = ErrorCodes.BadData };
    }
}

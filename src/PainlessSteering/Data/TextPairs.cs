namespace PainlessSteering.Data;

/// <summary>Files of two texts a row.</summary>
internal static class TextPairs
{
    /// <summary>Reads a CSV, TSV, JSON, JSONL or Parquet file with two columns of texts.</summary>
    /// <param name="path">The file.</param>
    /// <param name="first">Name of the first column.</param>
    /// <param name="second">Name of the second.</param>
    /// <param name="rows">What the rows are, for an error.</param>
    /// <exception cref="PasException">The file cannot be read, a column is missing, a text is empty, or there is no row.</exception>
    public static IReadOnlyList<(string First, string Second)> Load(string path, string first, string second, string rows)
    {
        using var file = DataFile.Open(path, sql: null);
        var columns = file.Columns();
        DataColumn Column(string name) => columns.FirstOrDefault(column => column.PlainName == name)
            ?? throw new PasException($"there is no column '{name}'", path, $"the columns {first} and {second}", string.Join(", ", columns.Select(column => column.Name))) { Code = ErrorCodes.BadData };

        DataColumn[] pair = [Column(first), Column(second)];
        var pairs = new List<(string, string)>();
        foreach (var (row, cells) in file.Rows(pair))
        {
            var empty = Array.FindIndex(cells, string.IsNullOrWhiteSpace);
            if (empty >= 0)
            {
                throw new PasException("the text is empty", FormattableString.Invariant($"{path}, row {row}, column '{pair[empty].Name}'"), "a text", CellText.Found(cells[empty])) { Code = ErrorCodes.BadData };
            }

            pairs.Add((cells[0]!, cells[1]!));
        }

        return pairs.Count > 0 ? pairs : throw new PasException("has no rows", path, rows) { Code = ErrorCodes.BadData };
    }
}

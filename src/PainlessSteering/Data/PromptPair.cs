namespace PainlessSteering.Data;

/// <summary>A hand-written pair of prompts whose activations differ in what a vector should capture (the method's baseline).</summary>
/// <param name="Positive">A prompt that shows the wanted behaviour.</param>
/// <param name="Negative">One that shows the opposite.</param>
public sealed record PromptPair(string Positive, string Negative)
{
    /// <summary>Reads pairs from a CSV, TSV, JSON, JSONL or Parquet file with the columns positive and negative.</summary>
    /// <exception cref="PasException">The file cannot be read, a column is missing, a prompt is empty, or there is no pair.</exception>
    public static IReadOnlyList<PromptPair> Load(string path)
    {
        using var file = DataFile.Open(path, sql: null);
        var columns = file.Columns();
        DataColumn Column(string name) => columns.FirstOrDefault(column => column.PlainName == name)
            ?? throw new PasException($"there is no column '{name}'", path, "the columns positive and negative", string.Join(", ", columns.Select(column => column.Name)));

        DataColumn[] pair = [Column("positive"), Column("negative")];
        var pairs = new List<PromptPair>();
        foreach (var (row, cells) in file.Rows(pair))
        {
            var empty = Array.FindIndex(cells, string.IsNullOrWhiteSpace);
            if (empty >= 0)
            {
                throw new PasException("the prompt is empty", FormattableString.Invariant($"{path}, row {row}, column '{pair[empty].Name}'"), "a text", CellText.Found(cells[empty]));
            }

            pairs.Add(new PromptPair(cells[0]!, cells[1]!));
        }

        return pairs.Count > 0 ? pairs : throw new PasException("has no rows", path, "one row a pair of prompts");
    }
}

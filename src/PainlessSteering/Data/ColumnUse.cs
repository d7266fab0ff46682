namespace PainlessSteering.Data;

/// <summary>What became of a column of a data file, a field of a nested one, or a key beside the records.</summary>
/// <param name="Column">Its name; <c>question.stem</c> for a field.</param>
/// <param name="Part">The part that it plays; null where it is not used.</param>
/// <param name="Why">Why it is not used; null where it is.</param>
public sealed record ColumnUse(string Column, string? Part, string? Why)
{
    private const string NameSaysNothing = "its name says no part";

    private static readonly string[] Identifiers = ["id", "idx", "index", "ind", "qid", "uid", "uuid", "key", "exampleid", "questionid", "itemid", "rowid", "rowidx", "no", "number", "unnamed0", "column1", "level0"];

    private static readonly string[] Origins =
        ["source", "url", "link", "dataset", "split", "version", "license", "licence", "author", "language", "lang", "subject", "topic", "category", "subcategory", "domain", "difficulty", "level", "tag", "tags", "type", "year", "timestamp", "date"];

    private static readonly string[] Explanations = ["explanation", "explanations", "rationale", "reasoning", "cot", "solutionsteps", "comment", "comments"];

    /// <summary>Every column, with its part or why it has none: no column that the file has is missing.</summary>
    internal static IReadOnlyList<ColumnUse> Of(IReadOnlyList<DataColumn> columns, ColumnRoles roles, IEnumerable<string> beside)
    {
        var parts = roles.Parts().ToLookup(part => part.Column.Name, part => part.Part);
        bool IsUsed(DataColumn column) => parts.Contains(column.Name);
        DataColumn[] FieldsOf(DataColumn parent) => [.. columns.Where(column => column.Name.StartsWith(parent.Name + ".", StringComparison.Ordinal))];

        var uses = new List<ColumnUse>();
        foreach (var column in columns)
        {
            var parent = columns.FirstOrDefault(other => other.IsStruct && column.Name.StartsWith(other.Name + ".", StringComparison.Ordinal));
            if (IsUsed(column))
            {
                uses.Add(new ColumnUse(column.Name, string.Join(", ", parts[column.Name]), null));
            }
            else if (parent is null ? !FieldsOf(column).Any(IsUsed) : !IsUsed(parent) && FieldsOf(parent).Any(IsUsed))
            {
                uses.Add(new ColumnUse(column.Name, null, Reason(column))); // Fields are told apart only where some are used.
            }
        }

        return [.. uses, .. beside.Select(key => new ColumnUse(key, null, "stands beside the records"))];
    }

    private static string Reason(DataColumn column) =>
        !column.HasValues ? "no row has a value"
        : Identifiers.Contains(column.PlainName) ? "names the row"
        : Origins.Contains(column.PlainName) ? "says what the row is or where it is from"
        : Explanations.Contains(column.PlainName) ? "explains the answer"
        : ColumnRoles.IsPartName(column.PlainName) ? "another column plays its part"
        : NameSaysNothing;

    /// <summary>Whether what the column holds may be missed: its name gives no reason to leave it out.</summary>
    internal bool MayBeMissed => Why == NameSaysNothing;
}

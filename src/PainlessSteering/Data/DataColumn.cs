namespace PainlessSteering.Data;

/// <summary>A column of an opened data file, or a field of a nested one.</summary>
/// <param name="Name">Its name; <c>question.stem</c> for a field.</param>
/// <param name="Expression">How SQL names it.</param>
/// <param name="Type">Its type in DuckDB's words.</param>
/// <param name="HasValues">Whether any row has a value.</param>
internal sealed record DataColumn(string Name, string Expression, string Type, bool HasValues)
{
    /// <summary>Whether a cell is more than one value; such cells are read as JSON.</summary>
    public bool IsNested => IsStruct || Type.EndsWith(']') || Type.StartsWith("MAP(", StringComparison.Ordinal) || Type == "JSON";

    public bool IsStruct => Type.StartsWith("STRUCT(", StringComparison.Ordinal) && !Type.EndsWith(']');

    /// <summary>The name without case, blanks and punctuation, as names are recognised.</summary>
    public string PlainName { get; } = Plain(Name);

    /// <summary>A name as names are recognised.</summary>
    public static string Plain(string name) => string.Concat(name.Where(c => char.IsLetterOrDigit(c) || c == '.')).ToLowerInvariant();

    /// <summary>The expression that yields the cell as text.</summary>
    public string AsText => IsNested ? $"CAST(to_json({Expression}) AS VARCHAR)" : $"CAST({Expression} AS VARCHAR)";
}

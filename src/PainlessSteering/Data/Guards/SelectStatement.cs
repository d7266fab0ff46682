using System.Text.Json;

namespace PainlessSteering.Data.Guards;

/// <summary>What a user's or a task's select may be: one select over the file's rows, which changes nothing, asks nothing of the machine and makes nothing huge of nothing.</summary>
/// <remarks>It is judged by the tree of DuckDB's own parser, before anything of it runs.</remarks>
internal static class SelectStatement
{
    /// <summary>The tables of the product's own; a select may name others itself (<c>with</c>).</summary>
    private static readonly string[] Tables = ["data", "records"];

    /// <summary>Functions in place of a table. All others read files, settings or logs, or change them.</summary>
    private static readonly string[] TableFunctions = ["unnest", "range", "generate_series", "repeat", "repeat_row", "json_each"];

    /// <summary>
    /// Functions that change or show the state of the process, wait, run a text as SQL, go down as deep as a text is nested, take time with
    /// the square of a text's length, or may double a text with each entry of a list.
    /// </summary>
    private static readonly HashSet<string> Refused =
    [
        "current_setting", "getenv", "write_log", "sleep_ms", "setseed", "nextval", "currval", "current_query", "query", "query_table", "stats",
        "json_execute_serialized_sql", "json_serialize_sql", "json_serialize_plan", "json_deserialize_sql", "parse_duckdb_log_message",
        "json_structure", "json_group_structure", "json_contains", "json_merge_patch", "json_pretty",
        "list_reduce", "array_reduce", "reduce", "levenshtein", "editdist3", "damerau_levenshtein", "jaro_similarity", "jaro_winkler_similarity",
    ];

    /// <summary>Functions whose result is as large as a number says; where it depends on no column it must be a small number.</summary>
    private static readonly HashSet<string> Sized = ["range", "generate_series", "repeat", "repeat_row", "lpad", "rpad", "list_resize", "array_resize", "format", "printf", "bar"];

    /// <summary>Functions that make a list of numbers, as long as those say.</summary>
    private static readonly HashSet<string> Series = ["range", "generate_series"];

    /// <summary>Functions that make a large number of small ones.</summary>
    private static readonly HashSet<string> Growing = ["*", "**", "^", "pow", "power", "<<", "factorial", "!", "exp", "lcm", "bit_length"];

    /// <summary>Judges a select.</summary>
    /// <param name="sql">Its text.</param>
    /// <param name="serialize">DuckDB's <c>json_serialize_sql</c>.</param>
    /// <returns>What is wrong and what would be right; null where it may run.</returns>
    public static (string Problem, string? Expected)? Objection(string sql, Func<string, string> serialize)
    {
        if (sql.Length > DataLimits.SelectLength)
        {
            return ("it is too long", FormattableString.Invariant($"at most {DataLimits.SelectLength} characters"));
        }

        using var document = JsonDocument.Parse(serialize(sql), new JsonDocumentOptions { MaxDepth = int.MaxValue });
        var root = document.RootElement;
        if (root.GetProperty("error").GetBoolean())
        {
            return root.GetProperty("error_type").GetString() == "parser"
                ? (CellText.Shown(root.GetProperty("error_message").GetString()!, 300), null)
                : ("it is not a select", "one select over the table 'data'");
        }

        if (root.GetProperty("statements") is var statements && statements.GetArrayLength() != 1)
        {
            return (statements.GetArrayLength() == 0 ? "it is empty" : "it is more than one statement", "one select over the table 'data'");
        }

        var named = new HashSet<string>(Tables, StringComparer.OrdinalIgnoreCase);
        foreach (var part in Parts(statements[0]).Where(part => part.TryGetProperty("cte_map", out _)))
        {
            named.UnionWith(part.GetProperty("cte_map").GetProperty("map").EnumerateArray().Select(entry => entry.GetProperty("key").GetString()!));
        }

        return Parts(statements[0]).Select(part => Objection(part, named)).FirstOrDefault(objection => objection is not null)
            ?? SelectCopies.Objection(Parts(statements[0]).Reverse())
            ?? (Product(statements[0]) > DataLimits.SelectProduct ? ("its functions may make too much of nothing together", FormattableString.Invariant($"numbers whose product is at most {DataLimits.SelectProduct}")) : null);
    }

    /// <summary>How large functions make a value where each works on what the others made, as within a lambda. Those in place of a table make rows, which can be interrupted.</summary>
    private static double Product(JsonElement statement)
    {
        var tables = Parts(statement).Where(part => Text(part, "type") is "TABLE_FUNCTION").Select(part => part.GetProperty("function").GetProperty("query_location").GetUInt64()).ToHashSet();
        return Parts(statement)
            .Where(part => Text(part, "function_name") is { } function && Sized.Contains(function.ToLowerInvariant()) && !tables.Contains(part.GetProperty("query_location").GetUInt64()))
            .Select(part => Parts(part.GetProperty("children")).Select(inner => inner.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Number ? Math.Abs(value.GetDouble()) : 1).Max())
            .Where(number => number > 16)
            .Aggregate(1.0, (product, number) => product * number);
    }

    private static (string, string?)? Objection(JsonElement part, HashSet<string> tables)
    {
        if (Text(part, "type") is "BASE_TABLE")
        {
            return tables.Contains(Text(part, "table_name")!) && Text(part, "schema_name") is "" && Text(part, "catalog_name") is ""
                ? null
                : ($"it reads the table {CellText.Found(Text(part, "table_name"))}", "the table 'data', in which the file is");
        }

        if (Text(part, "type") is "SHOW_REF")
        {
            return ("it is not a select", "one select over the table 'data'");
        }

        if (Text(part, "type") is "TABLE_FUNCTION" && part.TryGetProperty("function", out var called) && Text(called, "function_name") is var table && !TableFunctions.Contains(table))
        {
            return ($"it reads from the function {table}", $"the table 'data', or a function of {string.Join(", ", TableFunctions)}");
        }

        if (Text(part, "id") is "VARIANT")
        {
            return ("it uses the type VARIANT", "other types, such as JSON");
        }

        if (Text(part, "function_name")?.ToLowerInvariant() is not { } function)
        {
            return null;
        }

        return Refused.Contains(function) ? ($"the function {function} may not be used in it", "functions that only compute")
            : (Sized.Contains(function) || SelectCopies.Replacing.Contains(function)) && Text(part, "schema") is { Length: > 0 } ? ($"the function {function} stands after a dot, where what it works on is not told from a schema", $"{function}(…)")
            : !Sized.Contains(function) ? null
            : IsMultiplied(function, [.. part.GetProperty("children").EnumerateArray()]) ? ($"the function {function} may make too much of a text", FormattableString.Invariant($"a plain number, at most {DataLimits.SelectRepeats} to repeat a column, and a plain format"))
            : part.GetProperty("children").EnumerateArray().Any(argument => IsTooMuch(argument, function is "format" or "printf")) ? ($"the function {function} may make too much of nothing", FormattableString.Invariant($"plain numbers up to {DataLimits.SelectNumber}, or columns"))
            : null;
    }

    /// <summary>Whether data says how large a value becomes: by a width or a count of its own, or one that is computed with it. A list of numbers may be as long as a column's is.</summary>
    private static bool IsMultiplied(string function, JsonElement[] arguments) => function switch
    {
        _ when Series.Contains(function) => arguments.Any(argument => SelectCopies.HasColumn(argument) && Parts(argument).Any(part => Text(part, "function_name") is { } inner && Growing.Contains(inner))),
        "format" or "printf" or "bar" => arguments.Length > 0 && (function == "bar" ? arguments.Skip(1).Any(SelectCopies.HasColumn) : SelectCopies.HasColumn(arguments[0])),
        "repeat" or "repeat_row" => arguments.Skip(1).Any(argument => SelectCopies.HasColumn(argument) || (SelectCopies.HasColumn(arguments[0]) && Parts(argument).Any(IsManyTimes))),
        _ => arguments.Length > 1 && SelectCopies.HasColumn(arguments[1]), // lpad, rpad, list_resize, array_resize
    };

    private static bool IsManyTimes(JsonElement part) => part.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Number && !(value.GetDouble() <= DataLimits.SelectRepeats);

    /// <summary>Whether an argument holds a large number, or computes one without any column.</summary>
    private static bool IsTooMuch(JsonElement argument, bool isFormat)
    {
        var parts = Parts(argument).ToList();
        return parts.Exists(part => part.TryGetProperty("value", out var value) && IsLarge(value, isFormat))
            || (parts.Exists(part => Text(part, "function_name") is { } function && Growing.Contains(function)) && !parts.Exists(part => Text(part, "class") is "COLUMN_REF"));
    }

    private static bool IsLarge(JsonElement value, bool isFormat) => value.ValueKind switch
    {
        JsonValueKind.Number => !value.TryGetInt64(out var number) || Math.Abs(number) > DataLimits.SelectNumber,
        JsonValueKind.String => isFormat && Digits(value.GetString()!) > 4, // A width.
        _ => false,
    };

    private static int Digits(string text)
    {
        var (most, run) = (0, 0);
        foreach (var c in text)
        {
            run = char.IsAsciiDigit(c) ? run + 1 : 0;
            most = Math.Max(most, run);
        }

        return most;
    }

    /// <summary>All objects of the tree, the outer before the inner; without recursion, since the tree may be deep.</summary>
    private static IEnumerable<JsonElement> Parts(JsonElement root)
    {
        var open = new Stack<JsonElement>([root]);
        while (open.TryPop(out var next))
        {
            if (next.ValueKind == JsonValueKind.Object)
            {
                yield return next;
                foreach (var field in next.EnumerateObject())
                {
                    open.Push(field.Value);
                }
            }
            else if (next.ValueKind == JsonValueKind.Array)
            {
                foreach (var entry in next.EnumerateArray())
                {
                    open.Push(entry);
                }
            }
        }
    }

    private static string? Text(JsonElement part, string name) => part.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

using System.Text.Json;

namespace PainlessSteering.Data.Guards;

/// <summary>
/// How often a select puts columns into one value. DuckDB works on some 2,000 rows before it can be interrupted, and does not count the memory
/// of single long texts; so what multiplies texts is refused by the select's tree, before it runs.
/// </summary>
internal sealed class SelectCopies
{
    /// <summary>Functions that put a text in place of each part of another.</summary>
    public static readonly HashSet<string> Replacing = ["replace", "regexp_replace", "translate", "array_to_string", "list_to_string", "array_join"];

    /// <summary>Functions whose value holds all of their arguments; what stands before a dot is one too.</summary>
    private static readonly HashSet<string> Joining =
    [
        "||", "concat", "concat_ws", "list_value", "list_pack", "struct_pack", "row", "map", "list_concat", "list_cat", "array_concat", "array_cat", "list_append", "array_append",
        "list_prepend", "array_prepend", "array_push_back", "array_push_front", "struct_insert", "json_object", "json_array", "json_quote", "format", "printf",
    ];

    private const int LongestReplacement = 100;

    private readonly Dictionary<string, long> _named = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What is wrong with a statement and what would be right; null where nothing is.</summary>
    /// <param name="inner">All parts of the statement, the inner before the outer.</param>
    public static (string Problem, string? Expected)? Objection(IEnumerable<JsonElement> inner)
    {
        var copies = new SelectCopies();
        foreach (var part in inner)
        {
            if (part.TryGetProperty("select_list", out var list))
            {
                foreach (var entry in list.EnumerateArray())
                {
                    var count = copies.Of(entry);
                    if (count > DataLimits.SelectCopies)
                    {
                        return ("it puts columns too often into one value", FormattableString.Invariant($"at most {DataLimits.SelectCopies} times"));
                    }

                    if (entry.TryGetProperty("alias", out var alias) && alias.GetString() is { Length: > 0 } name)
                    {
                        copies._named[name] = Math.Max(count, copies._named.GetValueOrDefault(name, 1));
                    }
                }
            }

            if (Function(part) is { } function && Replacing.Contains(function) && part.GetProperty("children") is var arguments && arguments.GetArrayLength() > 2
                && HasColumn(arguments[0]) && (HasColumn(arguments[2]) || Any(arguments[2], inner => Function(inner) is not null) || Longest(arguments[2]) > LongestReplacement))
            {
                return ($"the function {function} may make too much", FormattableString.Invariant($"a plain text of at most {LongestReplacement} characters in place of another"));
            }
        }

        return null;
    }

    /// <summary>Whether a value depends on a column.</summary>
    public static bool HasColumn(JsonElement node) => Any(node, part => part.TryGetProperty("class", out var kind) && kind.ValueKind == JsonValueKind.String && kind.GetString() is "COLUMN_REF" or "STAR" or "POSITIONAL_REFERENCE");

    private static string? Function(JsonElement part) =>
        part.TryGetProperty("function_name", out var name) && name.ValueKind == JsonValueKind.String && part.TryGetProperty("children", out _) ? name.GetString()!.ToLowerInvariant() : null;

    /// <summary>Copies of columns in a value; the thread that reads data has a stack for trees as deep as DuckDB's parser makes them.</summary>
    private long Of(JsonElement node) => node.ValueKind switch
    {
        JsonValueKind.Array => node.EnumerateArray().Select(Of).DefaultIfEmpty(0).Max(),
        JsonValueKind.Object when node.TryGetProperty("column_names", out var names) && names.ValueKind == JsonValueKind.Array => names.GetArrayLength() == 0 ? 1 : _named.GetValueOrDefault(names[names.GetArrayLength() - 1].GetString()!, 1),
        JsonValueKind.Object when Function(node) is { } function && Joining.Contains(function) => Math.Min(int.MaxValue, node.GetProperty("children").EnumerateArray().Sum(Of) + BeforeDot(node)),
        JsonValueKind.Object => node.EnumerateObject().Select(field => Of(field.Value)).DefaultIfEmpty(0).Max(),
        _ => 0,
    };

    private long BeforeDot(JsonElement function) =>
        function.TryGetProperty("schema", out var schema) && schema.ValueKind == JsonValueKind.String && schema.GetString() is { Length: > 0 } name ? _named.GetValueOrDefault(name, 1) : 0;

    private static int Longest(JsonElement node)
    {
        var longest = 0;
        Any(node, part =>
        {
            longest = Math.Max(longest, part.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()!.Length : 0);
            return false;
        });
        return longest;
    }

    private static bool Any(JsonElement node, Func<JsonElement, bool> condition) => node.ValueKind switch
    {
        JsonValueKind.Array => node.EnumerateArray().Any(item => Any(item, condition)),
        JsonValueKind.Object => condition(node) || node.EnumerateObject().Any(field => Any(field.Value, condition)),
        _ => false,
    };
}

using System.Text.Json;
using System.Text.Json.Nodes;

namespace PainlessSteering.Data;

/// <summary>Turns the structure that DuckDB finds in JSON records into the one they are read with.</summary>
internal static class JsonStructure
{
    /// <param name="structure">The answer of <c>json_group_structure</c>.</param>
    /// <param name="path">The file, for errors.</param>
    /// <param name="typed">Whether numbers and booleans become such; otherwise they stay JSON, as they are written.</param>
    public static string ForReading(string structure, string path, bool typed)
    {
        if (Parse(structure, path) is not JsonObject { Count: > 0 } record)
        {
            throw new PasException("its records are not JSON objects", path, "objects such as {\"question\": …, \"choices\": […], \"answer\": …}", structure == "\"JSON\"" ? "records of different kinds" : structure) { Code = ErrorCodes.BadData };
        }

        var same = record.GroupBy(field => field.Key, StringComparer.OrdinalIgnoreCase).FirstOrDefault(keys => keys.Count() > 1);
        return same is null
            ? Object(record, typed).ToJsonString()
            : throw new PasException("two keys differ only in case", path, "different names", string.Join(", ", same.Select(field => field.Key))) { Code = ErrorCodes.BadData };
    }

    private static JsonNode? Parse(string structure, string path)
    {
        try
        {
            return JsonNode.Parse(structure);
        }
        catch (JsonException exception)
        {
            throw Guards.DataLimits.Nested(path, exception);
        }
    }

    private static JsonObject Object(JsonObject fields, bool typed) =>
        new(fields.Select(field => KeyValuePair.Create<string, JsonNode?>(field.Key, Node(field.Value!, typed))));

    private static JsonNode Node(JsonNode node, bool typed) => node switch
    {
        JsonObject fields => IsDictionary(fields) || fields.Count > Guards.DataLimits.Columns ? "JSON" : Object(fields, typed),
        JsonArray list => new JsonArray(Node(list[0]!, typed)),
        _ => node.GetValue<string>() switch
        {
            "VARCHAR" or "NULL" => "VARCHAR",
            "UBIGINT" or "BIGINT" when typed => "BIGINT",
            "JSON" => "JSON",
            var type => typed ? type : "JSON",
        },
    };

    /// <summary>
    /// Whether the keys are data, as in <c>{"Paris": 1, "Rome": 0}</c> or <c>{"A": "Paris", "B": "Rome"}</c>: as a struct it would get
    /// the keys of all rows, in some other order.
    /// </summary>
    private static bool IsDictionary(JsonObject fields) =>
        fields.All(field => field.Value is JsonValue value && value.GetValue<string>() is "BIGINT" or "UBIGINT" or "DOUBLE" or "BOOLEAN")
        || fields.All(field => field.Key.Length == 1 && field.Value is JsonValue);
}

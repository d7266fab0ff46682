using System.Text.Json;

namespace PainlessSteering.Data;

/// <summary>Reads cells that hold JSON, and shortens cells for messages.</summary>
internal static class CellText
{
    private static readonly char[] BlankOrControl = [.. Enumerable.Range(0, 0x3001).Select(code => (char)code).Where(c => char.IsWhiteSpace(c) || char.IsControl(c))];

    /// <summary>A cell in one line for an error message: quoted, at most <paramref name="length"/> characters; the word null for none.</summary>
    public static string Found(string? cell, int length = 60) => cell is null ? "null" : $"\"{Shown(cell, length)}\"";

    /// <summary>Text in one line of at most <paramref name="length"/> characters.</summary>
    public static string Shown(string text, int length)
    {
        var line = string.Join(' ', text.Split(BlankOrControl, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= length ? line : string.Concat(line.AsSpan(0, char.IsHighSurrogate(line[length - 1]) ? length - 1 : length), "…");
    }

    /// <summary>The JSON value of a cell, or null where it is none.</summary>
    public static JsonElement? AsJson(string cell)
    {
        try
        {
            using var document = JsonDocument.Parse(cell);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A JSON scalar as text; null for null, lists and objects.</summary>
    public static string? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };

    /// <summary>A cell's text, without the quotes of a JSON text.</summary>
    public static string Plain(string cell) => cell is ['"', .., '"'] && AsJson(cell) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : cell;

    /// <summary>The one value of a cell: the cell itself, or where it is nested its JSON scalar or only entry.</summary>
    public static string? OneValue(string? cell, bool nested)
    {
        if (cell is null || !nested || AsJson(cell) is not { } value)
        {
            return cell;
        }

        return value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.Array when value.GetArrayLength() == 1 => Scalar(value[0]),
            _ => Scalar(value) ?? cell,
        };
    }
}

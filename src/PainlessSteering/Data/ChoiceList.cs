using System.Text.Json;

namespace PainlessSteering.Data;

/// <summary>The choices of one row, before they are checked.</summary>
/// <param name="Texts">The choice texts; null where the source has none.</param>
/// <param name="Labels">The source's own name of every choice, where it gives them.</param>
/// <param name="Right">Which choices are marked as right, where the source marks them.</param>
internal sealed record ChoiceList(IReadOnlyList<string?> Texts, IReadOnlyList<string?>? Labels = null, IReadOnlyList<bool>? Right = null)
{
    private static readonly string[] TextNames = ["text", "texts", "choices", "choice", "options", "option", "value", "content"];
    private static readonly string[] LabelNames = ["label", "labels", "key", "letter"];
    private static readonly string[] RightNames = ["correct", "iscorrect", "is_correct", "right"];

    /// <summary>What a choices column may hold, for error messages.</summary>
    public const string Forms = "a list of texts (as JSON where the column is text), {\"text\": […], \"label\": […]} or {choice: 0 or 1}";

    /// <summary>Reads a choices cell: any of the forms, also as JSON, or as Python prints it, within a text column; null where it is none of them.</summary>
    public static ChoiceList? FromCell(string cell) => (CellText.AsJson(cell) ?? Printed(cell)) switch
    {
        { ValueKind: JsonValueKind.Array } list => FromList([.. list.EnumerateArray()]),
        { ValueKind: JsonValueKind.Object } fields => FromObject([.. fields.EnumerateObject()]),
        { ValueKind: JsonValueKind.String } text when text.GetString() is ['[' or '{' or '(', ..] inner => FromCell(inner),
        _ => null,
    };

    /// <summary>Whether a list of objects is a cell of choices: a text each, and labels or marks.</summary>
    public static bool IsChoices(IReadOnlyList<JsonElement> entries) => entries.All(entry => entry.EnumerateObject().ToArray() is var fields
        && Field(fields, TextNames) is not null && fields.All(field => TextNames.Concat(LabelNames).Concat(RightNames).Contains(field.Name, StringComparer.OrdinalIgnoreCase)));

    /// <summary>The choices without the last ones that have no text, as tables have where rows differ in their number of choices; the same where fewer than two would be left.</summary>
    public ChoiceList WithoutMissingLast()
    {
        var count = Texts.Count;
        while (count > 0 && string.IsNullOrWhiteSpace(Texts[count - 1]))
        {
            count--;
        }

        return count < 2 || count == Texts.Count ? this : new ChoiceList([.. Texts.Take(count)], Labels?.Take(count).ToArray(), Right?.Take(count).ToArray());
    }

    private static JsonElement? Printed(string cell) => PythonLiteral.Read(cell) is { } value ? JsonSerializer.SerializeToElement(value) : null;

    private static ChoiceList? FromList(JsonElement[] entries)
    {
        entries = entries.Any(entry => entry.ValueKind == JsonValueKind.Object) ? [.. entries.Where(entry => entry.ValueKind != JsonValueKind.Null)] : entries;
        if (entries.Length == 0 || entries.Any(entry => entry.ValueKind != JsonValueKind.Object))
        {
            return entries.Any(IsNested) ? null : new ChoiceList([.. entries.Select(CellText.Scalar)]);
        }

        var fields = entries.Select(entry => entry.EnumerateObject().ToArray()).ToArray();
        if (fields.All(entry => entry.Length == 1 && !IsNested(entry[0].Value)) && KeyLabels([.. fields.Select(entry => entry[0].Name)]) is { } keys)
        {
            return new ChoiceList([.. fields.Select(entry => CellText.Scalar(entry[0].Value))], keys);
        }

        if (fields.All(entry => Field(entry, TextNames) is { } text && !IsNested(text) && Field(entry, RightNames) is { } right && IsMark(right)))
        {
            return new ChoiceList([.. fields.Select(entry => CellText.Scalar(Field(entry, TextNames)!.Value))], Right: [.. fields.Select(entry => IsRight(Field(entry, RightNames)!.Value))]);
        }

        return fields.All(entry => Field(entry, TextNames) is { } text && !IsNested(text))
            ? Labelled([.. fields.Select(entry => Field(entry, TextNames)!.Value)], fields.All(entry => Field(entry, LabelNames) is not null) ? [.. fields.Select(entry => Field(entry, LabelNames)!.Value)] : null)
            : null;
    }

    private static ChoiceList? FromObject(JsonProperty[] fields)
    {
        if (Field(fields, TextNames) is { ValueKind: JsonValueKind.Array } texts)
        {
            var labels = Field(fields, LabelNames) is { ValueKind: JsonValueKind.Array } given ? given.EnumerateArray().ToArray() : null;
            return texts.EnumerateArray().Any(IsNested) || (labels is not null && labels.Length != texts.GetArrayLength())
                ? null
                : Labelled([.. texts.EnumerateArray()], labels);
        }

        // A table of marks has the choices of all rows as its fields, null where they are another row's.
        var marked = fields.Where(field => field.Value.ValueKind != JsonValueKind.Null).ToArray();
        if (marked.Length > 0 && marked.All(field => IsMark(field.Value)))
        {
            return new ChoiceList([.. marked.Select(field => field.Name)], Right: [.. marked.Select(field => IsRight(field.Value))]);
        }

        return fields.Length > 0 && fields.All(field => !IsNested(field.Value)) && KeyLabels([.. fields.Select(field => field.Name)]) is { } keys
            ? new ChoiceList([.. fields.Select(field => CellText.Scalar(field.Value))], keys)
            : null;
    }

    /// <summary>What tells the keys of a dictionary of choices apart: one letter or number each, alone or behind what all of them begin with.</summary>
    private static string[]? KeyLabels(string[] keys)
    {
        var marks = keys.Select(AnswerMark.Of).ToArray();
        if (Array.TrueForAll(marks, mark => mark is { Text.Length: 0 }))
        {
            return [.. marks.Select(mark => mark!.Mark)];
        }

        string[] rests = [.. keys.Select(key => key[CommonStart(keys)..])];
        return Array.TrueForAll(keys, key => key.Length == 1) ? keys
            : keys.Length > 1 && Array.TrueForAll(rests, rest => (rest.Length == 1 && char.IsAsciiLetterOrDigit(rest[0])) || (rest.Length == 2 && rest.All(char.IsAsciiDigit))) ? rests
            : null;
    }

    /// <summary>How many characters all names begin with alike.</summary>
    public static int CommonStart(IReadOnlyList<string> names) => names.Aggregate(names[0].Length, (common, name) => Math.Min(common, names[0].AsSpan().CommonPrefixLength(name)));

    /// <summary>Labels that are all 0 or 1 with exactly one 1 are marks.</summary>
    private static ChoiceList Labelled(JsonElement[] texts, JsonElement[]? labels)
    {
        string?[] plain = [.. texts.Select(CellText.Scalar)];
        if (labels is null)
        {
            return new ChoiceList(plain);
        }

        return labels.All(IsMark) && labels.Count(IsRight) == 1
            ? new ChoiceList(plain, Right: [.. labels.Select(IsRight)])
            : new ChoiceList(plain, [.. labels.Select(CellText.Scalar)]);
    }

    private static JsonElement? Field(JsonProperty[] fields, string[] names)
    {
        foreach (var name in names)
        {
            foreach (var field in fields)
            {
                if (field.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return field.Value;
                }
            }
        }

        return null;
    }

    private static bool IsNested(JsonElement value) => value.ValueKind is JsonValueKind.Array or JsonValueKind.Object;

    private static bool IsRight(JsonElement value) => value.ValueKind == JsonValueKind.True || CellText.Scalar(value) is "1" or "1.0";

    private static bool IsMark(JsonElement value) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False || (value.ValueKind == JsonValueKind.Number && value.GetRawText() is "0" or "1" or "0.0" or "1.0");
}

using System.Text.Json;

namespace PainlessSteering.Data;

/// <summary>The records of a JSON file that is one object around them: a list under a key, one list a split, columns as keys.</summary>
internal static class JsonRecords
{
    /// <summary>Names of splits; lists under several of them are read one after the other.</summary>
    private static readonly string[] SplitNames = ["train", "training", "validation", "valid", "val", "dev", "development", "eval", "test", "testing"];

    /// <summary>The column that tells the splits apart.</summary>
    private const string SplitColumn = "split";

    private static readonly string[] RowNumbers = ["row_idx", "row_index"];

    /// <summary>What was found around the records.</summary>
    /// <param name="Keys">The keys whose records were read; empty where the keys are the columns.</param>
    /// <param name="Beside">The keys that were not.</param>
    public sealed record Layout(IReadOnlyList<string> Keys, IReadOnlyList<string> Beside);

    private sealed record Rows(int Count, Action<Utf8JsonWriter, int> WriteFields);

    /// <summary>Writes the records as JSON lines; null, and nothing written, where the file is no object around records but a record.</summary>
    /// <exception cref="PasException">It holds several lists of records, and which is meant cannot be known.</exception>
    public static Layout? Write(string source, string target, string place, int depth)
    {
        JsonDocument document;
        try
        {
            using var stream = Guards.DataStream.Open(source, place, CancellationToken.None);
            document = JsonDocument.Parse(stream.ToMemory(), new JsonDocumentOptions { AllowTrailingCommas = true, MaxDepth = depth });
        }
        catch (JsonException)
        {
            return null; // DuckDB says what is wrong with it.
        }

        using (document)
        {
            return Find(document.RootElement, place, levels: 3) is var (layout, parts) ? Write(target, layout, parts) : null;
        }
    }

    private static Layout Write(string target, Layout layout, IReadOnlyList<(string? Split, Rows Rows)> parts)
    {
        using var file = File.Create(target);
        using var writer = new Utf8JsonWriter(file, new JsonWriterOptions { SkipValidation = true, MaxDepth = 1000 });
        foreach (var (split, rows) in parts)
        {
            for (var i = 0; i < rows.Count; i++)
            {
                writer.WriteStartObject();
                rows.WriteFields(writer, i);
                if (split is not null)
                {
                    writer.WriteString(SplitColumn, split);
                }

                writer.WriteEndObject();
                writer.Flush();
                writer.Reset();
                file.WriteByte((byte)'\n');
            }
        }

        return layout;
    }

    private static (Layout Layout, IReadOnlyList<(string?, Rows)> Parts)? Find(JsonElement whole, string place, int levels)
    {
        if (levels == 0 || whole.ValueKind != JsonValueKind.Object || IsFullOfPlainValues(whole) || IsRecord(whole))
        {
            return null;
        }

        if (Columns(whole) is { } columns)
        {
            return (new Layout([], columns.Beside), [(null, columns.Rows)]);
        }

        var fields = whole.EnumerateObject().ToArray();
        var lists = fields.Select(field => (Key: field.Name, Rows: RowsOf(field.Value))).Where(list => list.Rows is not null).Select(list => (list.Key, Rows: list.Rows!)).ToArray();
        var beside = fields.Select(field => field.Name).Except(lists.Select(list => list.Key)).ToArray();
        if (lists.Length == 1)
        {
            return (new Layout([lists[0].Key], beside), [(null, lists[0].Rows)]);
        }

        if (lists.Length > 1)
        {
            return lists.All(list => SplitNames.Contains(list.Key, StringComparer.OrdinalIgnoreCase))
                ? (new Layout([.. lists.Select(list => list.Key)], beside), [.. lists.Select(list => ((string?)list.Key, list.Rows))])
                : throw new PasException("holds several lists of records", place, "one list of records, or one a split", $"the keys {CellText.Shown(string.Join(", ", lists.Select(list => list.Key)), 300)}", "save the list that is meant as a file of its own") { Code = ErrorCodes.BadData };
        }

        if (Keyed(fields) is { } keyed)
        {
            return (new Layout([], []), [(null, keyed)]);
        }

        var inner = fields.Select(field => (field.Name, Found: Find(field.Value, place, levels - 1))).Where(field => field.Found is not null).ToArray();
        return inner is [var (name, found)]
            ? (new Layout([.. found!.Value.Layout.Keys.Select(key => $"{name}.{key}").DefaultIfEmpty(name)], [.. fields.Select(field => field.Name).Where(other => other != name), .. found.Value.Layout.Beside.Select(key => $"{name}.{key}")]), found.Value.Parts)
            : null;
    }

    /// <summary>Whether an object has more plain values than a record has columns: it is nothing around records, and is refused soon.</summary>
    private static bool IsFullOfPlainValues(JsonElement whole) =>
        whole.EnumerateObject().Where(field => field.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)).Skip(Guards.DataLimits.Columns).Any();

    /// <summary>Whether an object is itself an item: it has a question in words.</summary>
    private static bool IsRecord(JsonElement whole) => whole.EnumerateObject().Any(field => ColumnRoles.IsQuestionName(field.Name)
        && (field.Value.ValueKind == JsonValueKind.String || (field.Value.ValueKind == JsonValueKind.Object && field.Value.EnumerateObject().Any(inner => ColumnRoles.IsQuestionName($"{field.Name}.{inner.Name}")))));

    /// <summary>Rows that one value holds: a list of objects, or columns.</summary>
    private static Rows? RowsOf(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return value.ValueKind == JsonValueKind.Object && !IsRecord(value) ? Columns(value)?.Rows : null;
        }

        var entries = value.EnumerateArray().ToArray();
        return entries.Length > 0 && entries.All(entry => entry.ValueKind == JsonValueKind.Object) && !ChoiceList.IsChoices(entries) ? Of([.. entries.Select(Unwrapped)]) : null;
    }

    /// <summary>A record that the Hugging Face server wraps with its number.</summary>
    private static JsonElement Unwrapped(JsonElement entry) =>
        entry.TryGetProperty("row", out var row) && row.ValueKind == JsonValueKind.Object && RowNumbers.Any(name => entry.TryGetProperty(name, out _)) ? row : entry;

    private static Rows Of(IReadOnlyList<JsonElement> records) => new(records.Count, (writer, i) =>
    {
        foreach (var field in records[i].EnumerateObject())
        {
            field.WriteTo(writer);
        }
    });

    /// <summary>Records under keys that are their names, such as <c>{"q1": {…}, "q2": {…}}</c>: they share some of their first keys.</summary>
    private static Rows? Keyed(JsonProperty[] fields)
    {
        if (fields.Length < 2 || fields.Any(field => field.Value.ValueKind != JsonValueKind.Object))
        {
            return null;
        }

        var shared = fields[0].Value.EnumerateObject().Take(10).Select(field => field.Name).Where(name => fields.All(field => field.Value.TryGetProperty(name, out _)));
        return shared.Count() >= 2 ? Of([.. fields.Select(field => field.Value)]) : null;
    }

    /// <summary>Columns as keys: lists of one length, or objects with the same row numbers (pandas), or names apart from rows (pandas' split form).</summary>
    private static (Rows Rows, IReadOnlyList<string> Beside)? Columns(JsonElement value)
    {
        var fields = value.EnumerateObject().ToArray();
        if (fields.Length >= 2 && fields.All(field => field.Value.ValueKind == JsonValueKind.Object) && IsNumbered(fields))
        {
            return (Zipped([.. fields.Select(field => (field.Name, field.Value.EnumerateObject().Select(cell => cell.Value).ToArray()))]), []);
        }

        var lists = fields.Where(field => field.Value.ValueKind == JsonValueKind.Array).ToArray();
        var beside = fields.Where(field => field.Value.ValueKind != JsonValueKind.Array).Select(field => field.Name).ToArray();
        if (value.TryGetProperty("columns", out var names) && value.TryGetProperty("data", out var rows) && IsTable(names, rows))
        {
            var cells = rows.EnumerateArray().Select(row => row.EnumerateArray().ToArray()).ToArray();
            return (Zipped([.. names.EnumerateArray().Select((name, i) => (name.GetString()!, cells.Select(row => row[i]).ToArray()))]), [.. fields.Select(field => field.Name).Where(name => name is not ("columns" or "data"))]);
        }

        // Keys of plain values beside the lists are no columns; then one list must be of questions, or it could be a record.
        return lists.Length >= 2 && lists[0].Value.GetArrayLength() > 0 && lists.All(list => list.Value.GetArrayLength() == lists[0].Value.GetArrayLength())
            && !lists.All(list => RowsOf(list.Value) is not null)
            && (beside.Length == 0 || lists.Any(list => ColumnRoles.IsQuestionName(list.Name) && list.Value.EnumerateArray().All(cell => cell.ValueKind == JsonValueKind.String)))
            ? (Zipped([.. lists.Select(list => (list.Name, list.Value.EnumerateArray().ToArray()))]), beside)
            : null;
    }

    private static bool IsNumbered(JsonProperty[] columns)
    {
        var keys = columns[0].Value.EnumerateObject().Select(cell => cell.Name).ToArray();
        return keys.Length > 0 && keys.All(key => key.All(char.IsAsciiDigit)) && columns.All(column => column.Value.EnumerateObject().Select(cell => cell.Name).SequenceEqual(keys));
    }

    private static bool IsTable(JsonElement names, JsonElement rows) =>
        names.ValueKind == JsonValueKind.Array && rows.ValueKind == JsonValueKind.Array && names.GetArrayLength() > 0
        && names.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String)
        && rows.EnumerateArray().All(row => row.ValueKind == JsonValueKind.Array && row.GetArrayLength() == names.GetArrayLength());

    private static Rows Zipped((string Name, JsonElement[] Cells)[] columns) => new(columns[0].Cells.Length, (writer, i) =>
    {
        foreach (var (name, cells) in columns)
        {
            writer.WritePropertyName(name);
            cells[i].WriteTo(writer);
        }
    });
}

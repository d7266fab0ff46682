using System.Globalization;
using System.Text.Json;

namespace PainlessSteering.Text;

/// <summary>A value inside a JSON file that knows its own place, so that every complaint about it names file and key.</summary>
internal readonly record struct JsonPart(JsonElement Value, string File, string Path)
{
    /// <summary>Whether the value is there and not null.</summary>
    public bool Exists => Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);

    /// <summary>The member of an object; it does not exist where the key is missing.</summary>
    public JsonPart this[string key]
    {
        get
        {
            RequireKind(JsonValueKind.Object, "an object");
            Value.TryGetProperty(key, out var value);
            return new JsonPart(value, File, Path.Length == 0 ? key : $"{Path}.{key}");
        }
    }

    /// <summary>The member of an object; missing is an error.</summary>
    public JsonPart Required(string key) => this[key] is { Value.ValueKind: not JsonValueKind.Undefined } part ? part : throw Error($"the key '{key}' is missing");

    public IEnumerable<JsonPart> Items()
    {
        RequireKind(JsonValueKind.Array, "an array");
        var (file, path) = (File, Path);
        return Value.EnumerateArray().Select((item, i) => new JsonPart(item, file, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]")));
    }

    public string Text()
    {
        RequireKind(JsonValueKind.String, "a string");
        try
        {
            return Value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Error("the string is not valid Unicode");
        }
    }

    /// <summary>A string, or null where the value does not exist.</summary>
    public string? OptionalText() => Exists ? Text() : null;

    public bool Flag(bool missing) => Value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Undefined or JsonValueKind.Null => missing,
        _ => throw Error("wrong kind of value", "true or false", Found()),
    };

    public int Number(int least, int most) => Value.ValueKind == JsonValueKind.Number && Value.TryGetInt32(out var n) && n >= least && n <= most
        ? n
        : throw Error("number out of range", string.Create(CultureInfo.InvariantCulture, $"an integer from {least} to {most}"), Found());

    /// <summary>A string of exactly one code point.</summary>
    public System.Text.Rune Character()
    {
        var text = Text();
        return System.Text.Rune.TryGetRuneAt(text, 0, out var rune) && rune.Utf16SequenceLength == text.Length
            ? rune
            : throw Error("wrong length of string", "one character", Found());
    }

    public PasException Error(string what, string? expected = null, string? found = null, string? remedy = null, Exception? inner = null) =>
        new(what, Path.Length == 0 ? File : $"{File}, key '{Path}'", expected, found, remedy, inner);

    /// <summary>The component named by the key 'type' is none that this program knows.</summary>
    public PasException Unsupported(string stage) => Error($"the {stage} '{this["type"].OptionalText()}' is not supported");

    private void RequireKind(JsonValueKind kind, string name)
    {
        if (Value.ValueKind != kind)
        {
            throw Error("wrong kind of value", name, Found());
        }
    }

    private string Found()
    {
        if (Value.ValueKind == JsonValueKind.Undefined)
        {
            return "nothing";
        }

        var raw = Value.GetRawText();
        return raw.Length <= 60 ? raw : raw[..60] + "…";
    }
}

using System.Text.Json;

namespace PainlessSteering.Engine.Files;

/// <summary>Reads keys of a <c>config.json</c>; every error names the file and the key.</summary>
internal sealed class ConfigFile
{
    private readonly JsonElement _root;
    private readonly string _where;

    private ConfigFile(JsonElement root, string where)
    {
        _root = root;
        _where = where;
    }

    public static ConfigFile Open(string path) =>
        Open(path, "the model's configuration is missing", "give a folder in Hugging Face layout with config.json, *.safetensors and tokenizer.json");

    /// <param name="path">The file.</param>
    /// <param name="missing">What is wrong where it does not exist.</param>
    /// <param name="remedy">And what to do then.</param>
    public static ConfigFile Open(string path, string missing, string remedy)
    {
        if (!File.Exists(path))
        {
            throw new PasException(missing, path, remedy: remedy);
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { MaxDepth = 64 });
            JsonTexts.ReadAll(document.RootElement);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new ConfigFile(document.RootElement.Clone(), path)
                : throw new PasException("not a configuration", path, "a JSON object", document.RootElement.ValueKind.ToString());
        }
        catch (Exception e) when (JsonTexts.IsFault(e))
        {
            throw new PasException("not valid JSON", path, found: JsonTexts.Reason(e), inner: e);
        }
    }

    public bool Has(string key) => Find(key) is not null;

    /// <summary>Whether a key holds a text.</summary>
    public bool IsText(string key) => Find(key) is { ValueKind: JsonValueKind.String };

    /// <summary>Whether a key holds something else than nothing, false, and an empty list or object.</summary>
    public bool HasContent(string key) => Find(key) switch
    {
        null or { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.Array } value => value.GetArrayLength() > 0,
        { ValueKind: JsonValueKind.Object } value => value.EnumerateObject().Any(),
        _ => true,
    };

    public int Int(string key, int? otherwise = null)
    {
        if (Find(key) is not { } value)
        {
            return otherwise ?? throw Missing(key);
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number > 0
            ? number
            : throw Wrong(key, "a positive whole number", value);
    }

    public double Number(string key, double? otherwise = null)
    {
        if (Find(key) is not { } value)
        {
            return otherwise ?? throw Missing(key);
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) && number > 0
            ? number
            : throw Wrong(key, "a positive number", value);
    }

    public bool Flag(string key, bool otherwise = false) => Find(key) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw Wrong(key, "true or false", value),
    };

    public string? Text(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } value => throw Wrong(key, "a text", value),
    };

    public IReadOnlyList<string>? Texts(string key)
    {
        if (Find(key) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(entry => entry.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(entry => entry.GetString()!)]
            : throw Wrong(key, "a list of texts", value);
    }

    /// <summary>A key that holds one text or a list of them; null where it is missing.</summary>
    public (string? Text, IReadOnlyList<string>? Texts)? TextOrTexts(string key) =>
        !Has(key) ? null : IsText(key) ? (Text(key), null) : (null, Texts(key));

    /// <summary>A key that holds an object of positive numbers, in their order; empty where it is missing.</summary>
    public IReadOnlyDictionary<string, double> Numbers(string key)
    {
        var section = Section(key);
        return section?._root.EnumerateObject().ToDictionary(entry => entry.Name, entry => section.Number(entry.Name)) ?? [];
    }

    /// <summary>A key that holds one number or a list of them (end-of-sequence ids do both).</summary>
    public IReadOnlyList<int> Ints(string key)
    {
        if (Find(key) is not { } value)
        {
            return [];
        }

        var entries = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToArray() : [value];
        return [.. entries.Select(entry => entry.ValueKind == JsonValueKind.Number && entry.TryGetInt32(out var number)
            ? number
            : throw Wrong(key, "a whole number or a list of them", entry))];
    }

    /// <summary>A key that holds a list of positive numbers.</summary>
    public IReadOnlyList<double> List(string key)
    {
        var value = Find(key) ?? throw Missing(key);
        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(entry => entry.ValueKind == JsonValueKind.Number && entry.GetDouble() > 0)
            ? [.. value.EnumerateArray().Select(entry => entry.GetDouble())]
            : throw Wrong(key, "a list of positive numbers", value);
    }

    public ConfigFile? Section(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } value => new ConfigFile(value, $"{_where}, key '{key}'"),
        { } value => throw Wrong(key, "an object", value),
    };

    /// <summary>The same file, with values for keys that it lacks.</summary>
    /// <param name="defaults">A JSON object.</param>
    public ConfigFile Or(string defaults)
    {
        var merged = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(defaults)!;
        foreach (var property in _root.EnumerateObject())
        {
            merged[property.Name] = property.Value;
        }

        return new ConfigFile(JsonSerializer.SerializeToElement(merged), _where);
    }

    public PasException Missing(string key) => new($"key '{key}' is missing", _where, remedy: "is the file complete?");

    public PasException Unsupported(string key, string found, string supported) =>
        new($"key '{key}' has a value that is not supported", _where, supported, $"'{found}'");

    private PasException Wrong(string key, string expected, JsonElement found)
    {
        var text = found.GetRawText();
        return new($"key '{key}' is not valid", _where, expected, text.Length > 60 ? text[..60] + "…" : text);
    }

    private JsonElement? Find(string key) =>
        _root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}

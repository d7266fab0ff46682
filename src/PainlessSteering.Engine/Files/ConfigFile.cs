using System.Text.Json;

namespace PainlessSteering.Engine.Files;

/// <summary>
/// Reads keys of a <c>config.json</c>; every error names the file and the key. It knows which keys were asked for, in it and in its
/// sections, so that who reads a model can account for the rest.
/// </summary>
internal sealed class ConfigFile
{
    private readonly JsonElement _root;
    private readonly IReadOnlyList<JsonElement> _defaults; // The first that has a key counts.
    private readonly string _prefix; // Of its keys: those of the sections around it, with dots.
    private readonly ConfigKeys _keys;

    private ConfigFile(JsonElement root, string where, string prefix, ConfigKeys keys, params IReadOnlyList<JsonElement> defaults)
    {
        _root = root;
        _defaults = defaults;
        Where = where;
        _prefix = prefix;
        _keys = keys;
    }

    /// <summary>What the file calls a key, by what it is usually called.</summary>
    private IReadOnlyDictionary<string, string> OwnNames { get; init; } = new Dictionary<string, string>();

    /// <summary>File, and section where it is one.</summary>
    public string Where { get; }

    public static ConfigFile Open(string path) =>
        Open(path, "the model's configuration is missing", "give a folder in Hugging Face layout with config.json, *.safetensors and tokenizer.json");

    /// <param name="path">The file.</param>
    /// <param name="missing">What is wrong where it does not exist.</param>
    /// <param name="remedy">And what to do then.</param>
    public static ConfigFile Open(string path, string missing, string remedy)
    {
        if (!File.Exists(path))
        {
            throw new PasException(missing, path, remedy: remedy) { Code = ErrorCodes.FileMissing };
        }

        try
        {
            using var document = JsonInput.Open(path);
            JsonTexts.ReadAll(document.RootElement);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Of(document.RootElement.Clone(), path)
                : throw new PasException("not a configuration", path, "a JSON object", document.RootElement.ValueKind.ToString()) { Code = ErrorCodes.FileDamaged };
        }
        catch (Exception e) when (JsonTexts.IsFault(e))
        {
            throw new PasException("not valid JSON", path, found: JsonTexts.Reason(e), inner: e) { Code = ErrorCodes.FileDamaged };
        }
    }

    /// <param name="root">A JSON object.</param>
    /// <param name="where">Where it is from, for errors.</param>
    public static ConfigFile Of(JsonElement root, string where) => new(root, where, "", new ConfigKeys(root));

    /// <summary>All keys, without defaults.</summary>
    public JsonElement Root => _root;

    public bool Has(string key) => Find(key) is not null;

    /// <summary>Says that keys do not matter here, whatever they hold.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="keys">The keys.</param>
    public void Ignore(string reason, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            _keys.Ignore(_prefix + key, reason);
        }
    }

    /// <summary>Every key of the file that was not asked for, those of sections that were among them.</summary>
    public IReadOnlyList<UnaskedKey> Unasked() => _keys.Unasked();

    /// <summary>Whether what a key holds was asked for in another place of the file, and is the same there.</summary>
    public bool IsRepeated(UnaskedKey key) => _keys.IsRepeated(key);

    /// <summary>Whether a key holds a text.</summary>
    public bool IsText(string key) => Find(key) is { ValueKind: JsonValueKind.String };

    /// <summary>Whether a key holds an object.</summary>
    public bool IsObject(string key) => Find(key) is { ValueKind: JsonValueKind.Object };

    /// <summary>Whether a key holds something else than nothing, false, and an empty list or object.</summary>
    public bool HasContent(string key) => Find(key) switch
    {
        null or { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.Array } value => value.GetArrayLength() > 0,
        { ValueKind: JsonValueKind.Object } value => value.EnumerateObject().Any(),
        _ => true,
    };

    public int Int(string key, int? otherwise = null, int most = int.MaxValue)
    {
        if (Find(key) is not { } value)
        {
            return otherwise ?? throw Missing(key);
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number > 0 && number <= most
            ? number
            : throw Wrong(key, most == int.MaxValue ? "a positive whole number" : FormattableString.Invariant($"a whole number from 1 to {most}"), value);
    }

    /// <summary>How many there are of something of which there may be none.</summary>
    public int Count(string key, int otherwise) => Find(key) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var number) && number >= 0 => number,
        { } value => throw Wrong(key, "a whole number, at least 0", value),
    };

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

    /// <summary>A number of any sign.</summary>
    public double Signed(string key)
    {
        var value = Find(key) ?? throw Missing(key);
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : throw Wrong(key, "a number", value);
    }

    public bool Flag(string key, bool otherwise = false) => Find(key) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw Wrong(key, "true or false", value),
    };

    /// <summary>A flag that may also be a number, which is true unless it is 0.</summary>
    public bool Truth(string key, bool otherwise) => Find(key) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() != 0 : Flag(key, otherwise);

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

    /// <summary>A key that holds an object of such numbers or lists, in their order; empty where it is missing.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<int>> IntsByName(string key)
    {
        var section = Section(key);
        return section?._root.EnumerateObject().ToDictionary(entry => entry.Name, entry => section.Ints(entry.Name)) ?? [];
    }

    /// <summary>A key that holds a list of positive numbers.</summary>
    public IReadOnlyList<double> List(string key)
    {
        var value = Find(key) ?? throw Missing(key);
        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(entry => entry.ValueKind == JsonValueKind.Number && entry.GetDouble() > 0)
            ? [.. value.EnumerateArray().Select(entry => entry.GetDouble())]
            : throw Wrong(key, "a list of positive numbers", value);
    }

    /// <summary>A key that holds a list of numbers from 0 on, in which null stands for 0; null where it is missing.</summary>
    public IReadOnlyList<double>? NumbersOrNone(string key)
    {
        if (Find(key) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(entry => entry.ValueKind == JsonValueKind.Null || (entry.ValueKind == JsonValueKind.Number && entry.GetDouble() is >= 0 and var number && double.IsFinite(number)))
            ? [.. value.EnumerateArray().Select(entry => entry.ValueKind == JsonValueKind.Null ? 0 : entry.GetDouble())]
            : throw Wrong(key, "a list of numbers, none below 0", value);
    }

    public ConfigFile? Section(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } value => new ConfigFile(value, $"{Where}, key '{key}'", $"{_prefix}{key}.", _keys),
        { } value => throw Wrong(key, "an object", value),
    };

    /// <summary>A key that holds an object of objects, in their order; empty where it is missing.</summary>
    public IReadOnlyList<ConfigFile> Sections(string key) =>
        Section(key) is { } section ? [.. section._root.EnumerateObject().Select(entry => section.Section(entry.Name) ?? throw section.Missing(entry.Name))] : [];

    /// <summary>The same file, with values for keys that it, and what was given before, lack.</summary>
    /// <param name="defaults">A JSON object.</param>
    public ConfigFile Or(string defaults) =>
        new(_root, Where, _prefix, _keys, [.. _defaults, JsonSerializer.Deserialize<JsonElement>(defaults)]) { OwnNames = OwnNames };

    /// <summary>The same file, of a family that has names of its own for usual keys. Where the file has the usual one, that counts.</summary>
    /// <param name="names">The family's and the usual.</param>
    public ConfigFile Renamed(params ReadOnlySpan<(string Own, string Usual)> names)
    {
        var renamed = new Dictionary<string, string>(OwnNames);
        foreach (var (own, usual) in names)
        {
            renamed[usual] = own;
        }

        return new ConfigFile(_root, Where, _prefix, _keys, _defaults) { OwnNames = renamed };
    }

    public PasException Missing(string key) => new($"key '{key}' is missing", Where, remedy: "is the file complete?") { Code = ErrorCodes.FileDamaged };

    public PasException Unsupported(string key, string found, string supported) =>
        new($"key '{key}' has a value that is not supported", Where, supported, $"'{found}'") { Code = ErrorCodes.NotSupported };

    private PasException Wrong(string key, string expected, JsonElement found)
    {
        var text = found.GetRawText();
        return new($"key '{key}' is not valid", Where, expected, text.Length > 60 ? text[..60] + "…" : text);
    }

    /// <summary>A default counts where the file does not have the key; one that it has as null has no value.</summary>
    private JsonElement? Find(string key)
    {
        if (OwnNames.TryGetValue(key, out var own) && !_root.TryGetProperty(key, out _))
        {
            key = own;
        }

        _keys.Ask(_prefix + key);
        foreach (var values in _defaults.Prepend(_root))
        {
            if (values.TryGetProperty(key, out var value))
            {
                return value.ValueKind == JsonValueKind.Null ? null : value;
            }
        }

        return null;
    }
}

using System.Globalization;
using System.Text.Json;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Vectors.Formats;

/// <summary>Typed values from the texts of a file's <c>__metadata__</c>; every error names the file and the key.</summary>
internal sealed class MetadataReader(string path, IReadOnlyDictionary<string, string> metadata)
{
    private const int LongestJson = 1 << 23;

    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    public string? Find(string key)
    {
        _read.Add(key);
        return metadata.GetValueOrDefault(key);
    }

    /// <summary>Refuses a key that nobody asked for: it may change what the file means.</summary>
    public void EnsureAllRead()
    {
        if (metadata.Keys.Where(key => !_read.Contains(key)).Order(StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            throw new PasException("the key in __metadata__ is not understood", $"{path}, key {SafeTensorsHeader.Quote(unknown)}", remedy: "the file is damaged, or from a newer version: get it again, or update this program") { Code = ErrorCodes.FileDamaged };
        }
    }

    public string Text(string key) =>
        Find(key) ?? throw new PasException("the key is missing in __metadata__", Where(key), remedy: "the file is damaged; get it again") { Code = ErrorCodes.FileDamaged };

    /// <summary>A whole number from 0.</summary>
    public int Int(string key) =>
        int.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong(key, "a whole number from 0");

    public long Long(string key) =>
        long.TryParse(Text(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong(key, "a whole number");

    public double Double(string key) =>
        NumberText.TryReal(Text(key), out var number) ? number : throw Wrong(key, "a finite number");

    /// <summary>The option of this name.</summary>
    public T OneOf<T>(string key, IReadOnlyList<(string Name, T Value)> options)
    {
        var text = Text(key);
        foreach (var (name, value) in options)
        {
            if (name == text)
            {
                return value;
            }
        }

        throw Wrong(key, string.Join(", ", options.Select(option => option.Name)));
    }

    /// <summary>A JSON object, or null where the key is absent.</summary>
    public JsonElement? Object(string key) => Find(key) is null ? null : Json(key, JsonValueKind.Object, "a JSON object");

    /// <summary>The members of a JSON list.</summary>
    public IReadOnlyList<JsonElement> List(string key) => [.. Json(key, JsonValueKind.Array, "a JSON list").EnumerateArray()];

    private JsonElement Json(string key, JsonValueKind kind, string expected)
    {
        var text = Text(key);
        if (text.Length > LongestJson)
        {
            throw Wrong(key, $"at most {LongestJson} characters");
        }

        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            _ = JsonSerializer.Serialize(document.RootElement); // Parsing alone leaves faults inside texts for later.
            return document.RootElement.ValueKind == kind ? document.RootElement.Clone() : throw Wrong(key, expected);
        }
        catch (Exception e) when (JsonTexts.IsFault(e))
        {
            throw new PasException("not valid JSON", Where(key), found: JsonTexts.Reason(e), inner: e) { Code = ErrorCodes.FileDamaged };
        }
    }

    public PasException Wrong(string key, string expected, string? remedy = null) =>
        new("the value in __metadata__ is not valid", Where(key), expected, SafeTensorsHeader.Quote(Text(key)), remedy) { Code = ErrorCodes.FileDamaged };

    private string Where(string key) => $"{path}, key '{key}'";
}

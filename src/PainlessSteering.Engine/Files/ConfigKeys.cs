using System.Text.Json;

namespace PainlessSteering.Engine.Files;

/// <summary>Which keys of a JSON file were asked for, by their paths, and which are known not to matter.</summary>
/// <param name="root">The whole file.</param>
internal sealed class ConfigKeys(JsonElement root)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _ignored = new(StringComparer.Ordinal);

    public void Ask(string path) => _asked.Add(path);

    /// <summary>Whether what a key holds was asked for in another place of the file, and is the same there.</summary>
    public bool IsRepeated(UnaskedKey key) => IsRepeated(key.Path[(key.Path.LastIndexOf('.') + 1)..], key.Value);

    public void Ignore(string path, string reason) => _ignored[path] = reason;

    public IReadOnlyList<UnaskedKey> Unasked() => [.. Unasked(root, "")];

    private bool IsRepeated(string name, JsonElement value) => value.ValueKind == JsonValueKind.Object
        ? value.EnumerateObject().All(member => IsRepeated(member.Name, member.Value))
        : Asked(root, "").Any(asked => (asked.Name == name || (name, asked.Name) is ("type", "rope_type") or ("rope_type", "type")) && JsonElement.DeepEquals(asked.Value, value));

    /// <summary>Every key of the file that was asked for.</summary>
    private IEnumerable<JsonProperty> Asked(JsonElement section, string prefix) => section.EnumerateObject().Where(property => _asked.Contains(prefix + property.Name))
        .SelectMany(property => property.Value.ValueKind == JsonValueKind.Object ? Asked(property.Value, prefix + property.Name + ".") : [property]);

    private IEnumerable<UnaskedKey> Unasked(JsonElement section, string prefix)
    {
        foreach (var property in section.EnumerateObject())
        {
            var path = prefix + property.Name;
            if (!_asked.Contains(path))
            {
                yield return new UnaskedKey(path, property.Value, _ignored.GetValueOrDefault(path));
            }
            else if (property.Value.ValueKind == JsonValueKind.Object && !_ignored.ContainsKey(path))
            {
                foreach (var key in Unasked(property.Value, path + "."))
                {
                    yield return key;
                }
            }
        }
    }
}

/// <summary>A key that nobody asked for.</summary>
/// <param name="Path">The key, with those of the sections around it and dots between.</param>
/// <param name="Value">What it holds.</param>
/// <param name="Reason">Why it does not matter, where that was said.</param>
internal sealed record UnaskedKey(string Path, JsonElement Value, string? Reason)
{
    /// <summary>Whether it holds nothing, false, or an empty text, list or object.</summary>
    public bool SaysNothing => Value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.String => Value.GetString()!.Length == 0,
        JsonValueKind.Array => Value.GetArrayLength() == 0,
        JsonValueKind.Object => !Value.EnumerateObject().Any(),
        _ => false,
    };

    /// <summary>What it holds, cut short.</summary>
    public string Text => Value.GetRawText() is { Length: > 60 } text ? text[..60] + "…" : Value.GetRawText();
}

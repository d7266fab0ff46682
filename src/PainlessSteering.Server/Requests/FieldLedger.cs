using System.Text.Json;
using PainlessSteering.Text;

namespace PainlessSteering.Server.Requests;

/// <summary>Which members of a request's objects are read, so that none is passed over without a word.</summary>
internal sealed class FieldLedger
{
    private readonly Dictionary<string, HashSet<string>> _read = [];
    private readonly HashSet<string> _whole = [];

    /// <summary>Names that are looked for in the request itself.</summary>
    public IReadOnlyCollection<string> TopNames => _read.GetValueOrDefault("", []);

    /// <summary>A member of an object is looked for.</summary>
    /// <param name="owner">The way to the object.</param>
    /// <param name="name">The member.</param>
    public void Read(string owner, string name)
    {
        if (!_read.TryGetValue(owner, out var names))
        {
            _read[owner] = names = new HashSet<string>(StringComparer.Ordinal);
        }

        names.Add(name);
    }

    /// <summary>All that lies in a value is handed on.</summary>
    /// <param name="path">The way to it.</param>
    public void ReadWhole(string path) => _whole.Add(path);

    /// <summary>The members that nobody looked for.</summary>
    /// <param name="root">The request.</param>
    public IEnumerable<JsonPart> Unread(JsonPart root)
    {
        if (root.Value.ValueKind == JsonValueKind.Array)
        {
            return root.Items().Where(item => item.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array).SelectMany(Inside);
        }

        return root.Value.ValueKind != JsonValueKind.Object ? []
            : _read.TryGetValue(root.Path, out var names) ? root.Members().SelectMany(member => names.Contains(member.Key) ? Inside(member.Part) : [member.Part])
            : [];
    }

    private IEnumerable<JsonPart> Inside(JsonPart part) =>
        part.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array && !_whole.Contains(part.Path) ? Unread(part) : [];
}

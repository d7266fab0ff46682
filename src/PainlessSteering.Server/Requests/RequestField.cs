using System.Text.Json;
using System.Text.Json.Nodes;
using PainlessSteering.Server.Errors;
using PainlessSteering.Text;

namespace PainlessSteering.Server.Requests;

/// <summary>A value of a request's body; whatever is wrong with it becomes a 400 that names the field.</summary>
/// <param name="part">The value.</param>
/// <param name="ledger">Told what is read.</param>
internal readonly struct RequestField(JsonPart part, FieldLedger ledger)
{
    /// <summary>The way from the root, e.g. <c>messages[0].role</c>.</summary>
    public string Path => part.Path;

    /// <summary>Whether the field is there and not null.</summary>
    public bool Exists => part.Exists;

    public JsonValueKind Kind => part.Value.ValueKind;

    /// <summary>A member of an object.</summary>
    public RequestField this[string name]
    {
        get
        {
            ledger.Read(Path, name);
            return new(Read(part => part[name]), ledger);
        }
    }

    /// <summary>Whether an object has any member.</summary>
    public bool HasMembers => Read(part => part.Members().Any());

    /// <summary>A member that must be there.</summary>
    public RequestField Required(string name) =>
        this[name] is { Exists: true } field ? field : throw ApiException.Invalid($"the field '{name}' is missing", Path.Length == 0 ? name : $"{Path}.{name}");

    /// <summary>The items of a list that is not longer than it may be.</summary>
    public IReadOnlyList<RequestField> Items(int most)
    {
        var length = Read(part => part.Length);
        var told = ledger;
        return length <= most
            ? [.. part.Items().Select(item => new RequestField(item, told))]
            : throw Error(FormattableString.Invariant($"too many items; expected at most {most}; found {length}"));
    }

    public string Text() => Read(part => part.Text());

    public string? OptionalText() => Read(part => part.OptionalText());

    public bool Flag() => Read(part => part.Flag(missing: false));

    public int? Number(int least, int most) => Exists ? Read(part => part.Number(least, most)) : null;

    public long? Long() => Exists ? Read(part => part.Long()) : null;

    public double? Real(double least, double most) => Exists ? Read(part => part.Real(least, most)) : null;

    /// <summary>A copy that outlives the body.</summary>
    public JsonNode? ToNode()
    {
        ledger.ReadWhole(Path);
        EnsureUnicode();
        return JsonSerializer.SerializeToNode(part.Value);
    }

    /// <summary>Reads every key and text, so that what is no valid Unicode is found at its place.</summary>
    private void EnsureUnicode()
    {
        var told = ledger;
        switch (Kind)
        {
            case JsonValueKind.String:
                Text();
                break;
            case JsonValueKind.Array:
                foreach (var item in part.Items())
                {
                    new RequestField(item, told).EnsureUnicode();
                }

                break;
            case JsonValueKind.Object:
                foreach (var (_, member) in Read(part => part.Members().ToList()))
                {
                    new RequestField(member, told).EnsureUnicode();
                }

                break;
        }
    }

    public ApiException Error(string what) => ApiException.Invalid(Path.Length == 0 ? what : $"'{Path}': {what}", Path.Length == 0 ? null : Path);

    private T Read<T>(Func<JsonPart, T> read)
    {
        try
        {
            return read(part);
        }
        catch (PasException e)
        {
            throw ApiException.Invalid(e.Message, Path.Length == 0 ? null : Path);
        }
        catch (InvalidOperationException e) when (JsonTexts.IsFault(e))
        {
            throw Error("the text is not valid Unicode");
        }
    }
}

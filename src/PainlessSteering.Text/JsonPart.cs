using System.Globalization;
using System.Text.Json;

namespace PainlessSteering.Text;

/// <summary>A value inside a JSON file that knows its own place, so that every complaint about it names file and key.</summary>
internal readonly struct JsonPart(JsonElement value, JsonFile source, string parent = "", string? key = null, int index = -1)
{
    /// <summary>The root of what has the name.</summary>
    public JsonPart(JsonElement value, string file)
        : this(value, new JsonFile(file))
    {
    }

    public JsonElement Value => value;

    /// <summary>The file that it is in.</summary>
    public JsonFile Source => source;

    public string File => source.Name;

    /// <summary>The way from the root, e.g. <c>pre_tokenizer.pretokenizers[0].pattern</c>; put together only when asked for, since merges are many.</summary>
    public string Path => index >= 0 ? string.Create(CultureInfo.InvariantCulture, $"{parent}[{index}]")
        : key is null || parent.Length == 0 ? key ?? parent
        : $"{parent}.{key}";

    /// <summary>File and key, as errors name them.</summary>
    public string Place => Path.Length == 0 ? File : $"{File}, key '{Path}'";

    /// <summary>Whether the value is there and not null.</summary>
    public bool Exists => Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);

    /// <summary>The member of an object; it does not exist where the key is missing.</summary>
    public JsonPart this[string name]
    {
        get
        {
            RequireKind(JsonValueKind.Object, "an object");
            Value.TryGetProperty(name, out var member);
            return new JsonPart(member, Source, Path, name);
        }
    }

    /// <summary>The member of an object; missing is an error.</summary>
    public JsonPart Required(string name) => this[name] is { Value.ValueKind: not JsonValueKind.Undefined } part ? part : throw Error($"the key '{name}' is missing");

    /// <summary>
    /// Accounts for every key of an object: it is used, or does not matter for a reason, or says nothing. Any other is refused, since what is passed over
    /// in silence may change the tokens.
    /// </summary>
    /// <param name="used">Keys that the reader uses.</param>
    /// <param name="irrelevant">Keys that do not matter, and why.</param>
    /// <exception cref="PasException">There is another key that says something.</exception>
    public void Account(ReadOnlySpan<string> used, params ReadOnlySpan<(string Key, string Reason)> irrelevant)
    {
        RequireKind(JsonValueKind.Object, "an object");
        var seen = 0u;
        foreach (var member in Value.EnumerateObject())
        {
            var bit = 1u << used.IndexOf(member.Name);
            if (!used.Contains(member.Name))
            {
                var part = this[member.Name];
                Source.Unused.Add(new UnusedKey(part.Place, Reason(member, irrelevant) ?? throw part.Error("the key is not understood, and may change the tokens", remedy: "take it out of the file if you know that it does not")));
            }
            else if ((seen & bit) != 0)
            {
                throw this[member.Name].Error("the key stands twice");
            }
            else
            {
                seen |= bit;
            }
        }
    }

    /// <summary>Accounts for every key of an object in which others than those that are known do not change a token.</summary>
    /// <param name="used">Keys that the reader uses.</param>
    /// <param name="irrelevant">Keys that do not matter, and why.</param>
    public void AccountLeniently(IReadOnlyCollection<string> used, IReadOnlyDictionary<string, string> irrelevant)
    {
        RequireKind(JsonValueKind.Object, "an object");
        foreach (var member in Value.EnumerateObject().Select(member => member.Name).Where(name => !used.Contains(name)))
        {
            var known = irrelevant.GetValueOrDefault(member);
            Source.Unused.Add(new UnusedKey(this[member].Place, known ?? "not a setting that is used here", known is null));
        }
    }

    /// <summary>The number of items of an array.</summary>
    public int Length
    {
        get
        {
            RequireKind(JsonValueKind.Array, "an array");
            return Value.GetArrayLength();
        }
    }

    public IEnumerable<JsonPart> Items()
    {
        RequireKind(JsonValueKind.Array, "an array");
        var self = this;
        return Value.EnumerateArray().Select((item, i) => self.At(item, i));
    }

    /// <summary>The members of an object, in their order.</summary>
    public IEnumerable<(string Key, JsonPart Part)> Members()
    {
        RequireKind(JsonValueKind.Object, "an object");
        var (source, path) = (Source, Path);
        return Value.EnumerateObject().Select(member => (member.Name, new JsonPart(member.Value, source, path, member.Name)));
    }

    /// <summary>An item of this array, for who walks through it alone.</summary>
    public JsonPart At(JsonElement item, int index) => new(item, Source, Path, index: index);

    public string Text()
    {
        RequireKind(JsonValueKind.String, "a string");
        try
        {
            return Value.GetString()!;
        }
        catch (InvalidOperationException e) when (JsonTexts.IsFault(e))
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

    /// <summary>Any integer of 64 bits.</summary>
    public long Long() => Value.ValueKind == JsonValueKind.Number && Value.TryGetInt64(out var n)
        ? n
        : throw Error("wrong kind of value", "an integer", Found());

    /// <summary>A number that need not be an integer.</summary>
    public double Real(double least, double most) => Value.ValueKind == JsonValueKind.Number && Value.TryGetDouble(out var n) && n >= least && n <= most
        ? n
        : throw Error("number out of range", string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"), Found());

    /// <summary>A string of exactly one code point.</summary>
    public System.Text.Rune Character()
    {
        var text = Text();
        return text.Length > 0 && System.Text.Rune.TryGetRuneAt(text, 0, out var rune) && rune.Utf16SequenceLength == text.Length
            ? rune
            : throw Error("wrong length of string", "one character", Found());
    }

    public PasException Error(string what, string? expected = null, string? found = null, string? remedy = null, Exception? inner = null) =>
        new(what, Place, expected, found, remedy, inner) { Code = ErrorCodes.FileDamaged };

    /// <summary>The component named by the key 'type' is none that this program knows.</summary>
    public PasException Unsupported(string stage) =>
        new($"the {stage} '{this["type"].OptionalText()}' is not supported", Place) { Code = ErrorCodes.NotSupported };

    private static string? Reason(JsonProperty member, ReadOnlySpan<(string Key, string Reason)> irrelevant)
    {
        foreach (var (key, reason) in irrelevant)
        {
            if (key == member.Name)
            {
                return reason;
            }
        }

        return member.Value.ValueKind is JsonValueKind.Null or JsonValueKind.False ? "says nothing" : null;
    }

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

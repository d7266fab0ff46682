using System.Collections;
using System.Globalization;

namespace PainlessSteering.Engine.Files.Gguf;

/// <summary>
/// The metadata of a GGUF file. Writers use different types for the same key, so a number is read from any type of number, and one
/// number from an array that repeats it. It knows which keys were asked for, so that who reads a model can account for the rest.
/// </summary>
internal sealed class GgufMetadata(string path, IReadOnlyDictionary<string, object> values)
{
    private const int MostOfOtherTypes = 1 << 22, MostLayers = 1 << 16;

    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    /// <summary>Every key with its value, in the file's order: a number, a text, a truth value, or an array of them.</summary>
    public IEnumerable<(string Key, object Value)> Entries => values.Select(entry => (entry.Key, entry.Value));

    /// <summary>Every key.</summary>
    public IEnumerable<string> Keys => values.Keys;

    /// <summary>Keys that nobody asked for, in order.</summary>
    public IReadOnlyList<string> Unasked => [.. values.Keys.Where(key => !_asked.Contains(key)).Order(StringComparer.Ordinal)];

    public bool Has(string key) => Find(key) is not null;

    /// <summary>A whole number; null where the key is missing.</summary>
    public long? Integer(string key) => One(key) switch
    {
        null => null,
        float or double or string or Array => throw Wrong(key, "a whole number"),
        bool flag => flag ? 1 : 0,
        ulong and > long.MaxValue => throw Wrong(key, "a whole number of 63 bits"),
        var value => Convert.ToInt64(value, CultureInfo.InvariantCulture),
    };

    /// <summary>A whole number from the least to what an int holds; null where the key is missing.</summary>
    public int? Int(string key, int least) => Integer(key) switch
    {
        null => null,
        var value when value >= least && value <= int.MaxValue => (int)value,
        _ => throw Wrong(key, FormattableString.Invariant($"a whole number from {least}")),
    };

    /// <summary>
    /// A finite number; null where the key is missing. A float32 is read as the shortest decimal that it stands for: the file narrowed
    /// a decimal of the model's configuration.
    /// </summary>
    public double? Number(string key)
    {
        double? number = One(key) switch
        {
            null => null,
            float value => double.Parse(value.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
            bool or string or Array => throw Wrong(key, "a number"),
            var value => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        };
        return number is { } given && !double.IsFinite(given) ? throw Wrong(key, "a finite number") : number;
    }

    public bool? Flag(string key) => One(key) switch
    {
        null => null,
        bool value => value,
        _ => Integer(key) switch
        {
            0 => false,
            1 => true,
            _ => throw Wrong(key, "true or false"),
        },
    };

    /// <summary>A list of truth values, which some writers have as numbers; null where the key is missing.</summary>
    public IReadOnlyList<bool>? Flags(string key) => Find(key) switch
    {
        null => null,
        bool[] value => value,
        Array and not (string[] or float[] or double[]) => [.. Ints(key)!.Select(number => number is 0 or 1 ? number == 1 : throw Wrong(key, "a list of true and false"))],
        _ => throw Wrong(key, "a list of true and false"),
    };

    /// <summary>Whether a key holds a list.</summary>
    public bool IsList(string key) => Count(key) is not null;

    /// <summary>How many entries a key's list has; null where it holds none.</summary>
    public int? Count(string key) => (Find(key) as Array)?.Length;

    public string? Text(string key) => Find(key) switch
    {
        null => null,
        string value => value,
        _ => throw Wrong(key, "a text"),
    };

    public IReadOnlyList<string>? Texts(string key) => Find(key) switch
    {
        null => null,
        string[] value => value,
        _ => throw Wrong(key, "a list of texts"),
    };

    public IReadOnlyList<float>? Floats(string key) => Find(key) switch
    {
        null => null,
        float[] value => value,
        double[] value => Array.ConvertAll(value, number => (float)number),
        _ => throw Wrong(key, "a list of numbers"),
    };

    public IReadOnlyList<int>? Ints(string key) => Find(key) switch
    {
        null => null,
        int[] value => value,
        Array { Length: > MostOfOtherTypes } => throw Wrong(key, FormattableString.Invariant($"at most {MostOfOtherTypes} numbers that are not of 32 bits")),
        Array value and not (string[] or float[] or double[] or bool[]) => [.. value.Cast<object>().Select(number => Convert.ToInt64(number, CultureInfo.InvariantCulture) is >= int.MinValue and <= int.MaxValue and var small
            ? (int)small
            : throw Wrong(key, "a list of whole numbers"))],
        _ => throw Wrong(key, "a list of whole numbers"),
    };

    /// <summary>What a key holds: a text, a long for whole numbers and truth values, a double for others; null where it is a list.</summary>
    public object? Value(string key) => Find(key) switch
    {
        string text => text,
        Array or null => null,
        float or double => Convert.ToDouble(values[key], CultureInfo.InvariantCulture),
        _ => Integer(key),
    };

    /// <summary>File and key, as errors name them.</summary>
    public string Place(string key) => $"{path}, key {SafeTensorsHeader.Quote(key)}";

    public PasException Missing(string key) => new("a key of the metadata is missing", Place(key), remedy: "get the file again, or convert it with a recent llama.cpp") { Code = ErrorCodes.FileDamaged };

    public PasException Unsupported(string key, string supported) => new("the key has a value that is not supported", Place(key), supported, Show(values[key])) { Code = ErrorCodes.NotSupported };

    public PasException Wrong(string key, string expected) => new("the key is not valid", Place(key), expected, Show(values[key])) { Code = ErrorCodes.FileDamaged };

    /// <summary>Whether a key says nothing: false, or an empty text or list.</summary>
    public bool IsEmpty(string key) => values[key] is false or "" or Array { Length: 0 };

    /// <summary>What a key holds, in words.</summary>
    public string Show(string key) => Show(values[key]);

    private static string Show(object value) => value switch
    {
        string text => SafeTensorsHeader.Quote(text.Length > 60 ? text[..60] + "…" : text),
        Array list => string.Create(CultureInfo.InvariantCulture, $"a list of {list.Length}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };

    private object? Find(string key)
    {
        _asked.Add(key);
        return values.GetValueOrDefault(key);
    }

    /// <summary>A value that stands alone, or the one that an array says for every layer.</summary>
    private object? One(string key) => Find(key) switch
    {
        Array { Length: > 0 and <= MostLayers } list and not string[] when ((IEnumerable)list).Cast<object>().Distinct().Take(2).Count() == 1 => list.GetValue(0),
        var value => value,
    };
}

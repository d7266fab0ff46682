using PainlessSteering.Evaluation;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PainlessSteering.Studies;

/// <summary>A value inside a YAML file that knows its own place, so that every complaint about it names file, line and key.</summary>
/// <param name="node">The value.</param>
/// <param name="file">The file.</param>
/// <param name="key">Its key; empty at the root.</param>
internal readonly struct YamlPart(YamlNode node, string file, string key = "")
{
    /// <summary>The file that the value stands in.</summary>
    public string File => file;

    /// <summary>File, line and key, as errors name them.</summary>
    public string Place => FormattableString.Invariant($"{file}, line {node.Start.Line}{(key.Length == 0 ? "" : $", key '{key}'")}");

    /// <summary>Whether the value is a mapping, not a plain word or a list.</summary>
    public bool IsMapping => node is YamlMappingNode;

    /// <summary>Reads a file of one document, which must be a mapping.</summary>
    /// <exception cref="PasException">It cannot be read or is not YAML.</exception>
    public static YamlPart Load(string file)
    {
        if (!System.IO.File.Exists(file))
        {
            throw new PasException(Directory.Exists(file) ? "is a folder" : "there is no such file", file, "a study file (YAML)") { Code = ErrorCodes.FileMissing };
        }

        FileKind.EnsureRegular(file);
        try
        {
            var text = YamlGuard.Read(file);
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            return yaml.Documents is [{ RootNode: YamlMappingNode root }]
                ? new YamlPart(root, file)
                : throw new PasException("is not a study file", file, "one YAML mapping, such as 'tasks: [quiz]'") { Code = ErrorCodes.FileDamaged };
        }
        catch (YamlException e)
        {
            throw new PasException("is not valid YAML", FormattableString.Invariant($"{file}, line {e.Start.Line}"), found: e.Message, inner: e) { Code = ErrorCodes.FileDamaged };
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw new PasException("is not valid YAML", file, found: e.Message, inner: e) { Code = ErrorCodes.FileDamaged }; // YamlDotNet's own words for some broken tokens and events.
        }
    }

    /// <summary>The entries of a mapping by their keys.</summary>
    /// <param name="known">The keys that mean something; any other is an error that suggests one of them.</param>
    /// <exception cref="PasException">It is no mapping, or has an unknown key.</exception>
    public Dictionary<string, YamlPart> Entries(IReadOnlyCollection<string> known)
    {
        var entries = new Dictionary<string, YamlPart>(StringComparer.Ordinal);
        foreach (var (name, value) in (node as YamlMappingNode ?? throw Error("wrong kind of value", "a mapping")).Children)
        {
            var word = (name as YamlScalarNode)?.Value ?? "";
            if (!known.Contains(word))
            {
                throw new PasException(
                    $"unknown key '{word}'", FormattableString.Invariant($"{file}, line {name.Start.Line}"), "one of " + string.Join(", ", known),
                    remedy: Suggestion.Nearest(word, known) is { } nearest ? $"did you mean '{nearest}'?" : null)
                { Code = ErrorCodes.BadSetting };
            }

            entries.Add(word, new YamlPart(value, file, word));
        }

        return entries;
    }

    /// <summary>The keys of a mapping, whatever they are.</summary>
    public IReadOnlyList<string> Keys() => [.. ((YamlMappingNode)node).Children.Keys.OfType<YamlScalarNode>().Select(name => name.Value ?? "")];

    /// <summary>The items of a list; a single value is a list of one.</summary>
    public IReadOnlyList<YamlPart> Items()
    {
        var (at, name) = (file, key);
        return node is YamlSequenceNode list ? [.. list.Children.Select(item => new YamlPart(item, at, name))] : [this];
    }

    /// <summary>Whether the value is empty, <c>null</c> or <c>~</c>.</summary>
    public bool IsNull => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "null" or "~" };

    /// <summary>A text, or null.</summary>
    public string? OptionalText() => IsNull ? null : Text();

    /// <summary>A text that is not empty.</summary>
    public string Text() => node is YamlScalarNode { Value: { } text } && !string.IsNullOrWhiteSpace(text) ? text : throw Error("wrong kind of value", "a text");

    /// <summary>A finite number.</summary>
    public double Number() => Read(text => NumberText.Real(text), "a number");

    /// <summary>A finite number, or a percentage such as <c>10%</c>.</summary>
    public SteeringStrength Strength() => Read(SteeringStrength.Parse, "a number or a percentage");

    /// <summary>A whole number.</summary>
    public int Whole(int least, int most = int.MaxValue) => Read(text => (int)NumberText.Whole(text, least, most), "a whole number");

    /// <summary><c>true</c> or <c>false</c>, also as Python's YAML writers spell them.</summary>
    public bool Flag() => Scalar?.ToLowerInvariant() switch
    {
        "true" or "yes" or "on" => true,
        "false" or "no" or "off" => false,
        _ => throw Error("wrong kind of value", "true or false"),
    };

    /// <summary>One of a few words.</summary>
    public string OneOf(params IReadOnlyCollection<string> words)
    {
        var word = Text();
        return words.Contains(word)
            ? word
            : throw new PasException(
                $"unknown value '{word}'", Place, "one of " + string.Join(", ", words),
                remedy: Suggestion.Nearest(word, words) is { } nearest ? $"did you mean '{nearest}'?" : null)
            { Code = ErrorCodes.BadSetting };
    }

    /// <summary>Numbers and ranges such as <c>1-15</c>, in a list or as one text with commas.</summary>
    public IReadOnlyList<int> Ranges(int least)
    {
        var numbers = new List<int>();
        foreach (var item in Items())
        {
            foreach (var text in NumberText.Parts(item.Text()))
            {
                if (NumberText.Range(text) is not var (first, last) || first < least || last - first > 100_000)
                {
                    throw item.Error("not a number or a range of numbers", FormattableString.Invariant($"such as 1-15 or [1, 2, 3], {least} or more"));
                }

                numbers.AddRange(Enumerable.Range(first, last - first + 1));
            }
        }

        return [.. numbers.Distinct()];
    }

    /// <summary>Reads the value by a parser of the library, whose complaint gets this place.</summary>
    public T Parse<T>(Func<string, T> parse)
    {
        return Placed(Text(), parse);
    }

    public PasException Error(string what, string? expected = null) => new(what, Place, expected, Found()) { Code = ErrorCodes.BadSetting };

    private T Read<T>(Func<string, T> read, string expected) => Scalar is { } text ? Placed(text, read) : throw Error("wrong kind of value", expected);

    private T Placed<T>(string text, Func<string, T> read)
    {
        try
        {
            return read(text);
        }
        catch (PasException e)
        {
            throw e.At(Place);
        }
    }

    private string? Scalar => (node as YamlScalarNode)?.Value;

    private string Found() => node switch
    {
        YamlScalarNode { Value: { Length: > 60 } text } => $"'{text[..60]}…'",
        YamlScalarNode scalar => $"'{scalar.Value}'",
        YamlSequenceNode => "a list",
        _ => "a mapping",
    };
}

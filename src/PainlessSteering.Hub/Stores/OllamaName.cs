using System.Text.RegularExpressions;

namespace PainlessSteering.Hub.Stores;

/// <summary>A model as Ollama names it: <c>llama3.1:8b</c>, <c>someone/model:tag</c>, <c>hf.co/owner/name:Q4_K_M</c>.</summary>
/// <param name="Host">Of the registry.</param>
/// <param name="Space">The owner.</param>
/// <param name="Model">The model.</param>
/// <param name="Tag">Which of its forms.</param>
internal sealed partial record OllamaName(string Host, string Space, string Model, string Tag)
{
    private const string DefaultHost = "registry.ollama.ai", DefaultSpace = "library", DefaultTag = "latest";

    /// <summary>The path of its manifest below the store's <c>manifests</c>.</summary>
    public string Manifest => $"{Host}/{Space}/{Model}/{Tag}";

    /// <summary>Reads a name; null where it is none.</summary>
    public static OllamaName? TryParse(string text)
    {
        var colon = text.LastIndexOf(':');
        var (path, tag) = colon > text.LastIndexOf('/') ? (text[..colon], text[(colon + 1)..]) : (text, DefaultTag);
        return path.Split('/') switch
        {
            [var model] => Checked(DefaultHost, DefaultSpace, model, tag),
            [var space, var model] => Checked(DefaultHost, space, model, tag),
            [var host, var space, var model] => Checked(host, space, model, tag),
            _ => null,
        };
    }

    /// <summary>The name of a manifest; null where its path is none.</summary>
    public static OllamaName? OfManifest(string path) => path.Split('/') is [var host, var space, var model, var tag] ? Checked(host, space, model, tag) : null;

    /// <summary>The shortest form.</summary>
    public override string ToString() => $"{(Host == DefaultHost ? "" : Host + "/")}{(Host == DefaultHost && Space == DefaultSpace ? "" : Space + "/")}{Model}:{Tag}";

    /// <summary>Ollama's names do not tell large letters from small ones.</summary>
    public bool IsSame(OllamaName other) => Manifest.Equals(other.Manifest, StringComparison.OrdinalIgnoreCase);

    private static OllamaName? Checked(params string[] parts) => parts.All(part => PartPattern().IsMatch(part)) ? new(parts[0], parts[1], parts[2], parts[3]) : null;

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.:-]{0,127}\z")]
    private static partial Regex PartPattern();
}

using System.Text.Json;
using System.Text.RegularExpressions;

namespace PainlessSteering.Hub.Stores;

/// <summary>Reads what Ollama notes of a model: a list of layers, each with its kind and the name of its content. Every kind is accounted for.</summary>
internal static partial class OllamaManifest
{
    private const string Kind = "application/vnd.ollama.image.", Model = "model", Adapter = "adapter";

    /// <summary>Layers that change how Ollama uses a model, and are told; the GGUF file has its own template.</summary>
    private static readonly string[] Aside = ["template", "system", "prompt", "params", "messages", "projector"];

    /// <summary>Layers that change nothing.</summary>
    private static readonly string[] Silent = ["license", "embed"];

    /// <summary>Finds the model's file.</summary>
    /// <param name="root">The store's folder.</param>
    /// <param name="manifest">Path of the manifest.</param>
    /// <exception cref="PasException">The manifest cannot be read or names no GGUF file, or more than that; or the file is not there.</exception>
    public static FoundModel Read(string root, string manifest)
    {
        using var document = JsonInput.Open(manifest);
        var layers = Layers(document.RootElement, manifest);
        var aside = new List<string>();
        string? digest = null;
        foreach (var (kind, content) in layers)
        {
            if (kind == Model && digest is null)
            {
                digest = content;
            }
            else if (kind is Model or Adapter)
            {
                throw new PasException(
                    kind == Model ? "the model has several files" : "the model has an adapter besides", manifest, "one layer that is a model", remedy: "give the GGUF file that it was made from, and the adapter as a folder in PEFT's layout")
                { Code = ErrorCodes.NotSupported };
            }
            else if (!Silent.Contains(kind))
            {
                aside.Add(Aside.Contains(kind) ? kind : $"'{kind}'");
            }
        }

        var blob = digest is null ? throw new PasException("the manifest names no GGUF file", manifest, $"a layer '{Kind}{Model}'", string.Join(", ", layers.Select(layer => layer.Kind)), "use a model in GGUF") { Code = ErrorCodes.NotSupported } : Blob(root, digest, manifest);
        return new FoundModel(blob, aside.Count == 0 ? null : $"of Ollama's model only the GGUF file is used, not its {string.Join(", ", aside.Distinct(StringComparer.Ordinal))}");
    }

    private static List<(string Kind, string Digest)> Layers(JsonElement manifest, string path)
    {
        try
        {
            return [.. manifest.GetProperty("layers").EnumerateArray().Select(layer => (Short(layer.GetProperty("mediaType").GetString() ?? ""), layer.GetProperty("digest").GetString() ?? ""))];
        }
        catch (Exception exception) when (exception is KeyNotFoundException || JsonTexts.IsFault(exception))
        {
            throw new PasException("the manifest is not as Ollama writes it", path, "an object with 'layers', each with 'mediaType' and 'digest'", remedy: "pull the model again", inner: exception) { Code = ErrorCodes.FileDamaged };
        }
    }

    private static string Short(string kind) => kind.StartsWith(Kind, StringComparison.Ordinal) ? kind[Kind.Length..] : kind;

    private static string Blob(string root, string digest, string manifest)
    {
        if (!DigestPattern().IsMatch(digest))
        {
            throw new PasException("the manifest names a content that is none of the store", manifest, "sha256: and 64 hexadecimal digits", $"\"{digest}\"", "pull the model again") { Code = ErrorCodes.FileDamaged };
        }

        var path = Path.Combine(root, "blobs", digest.Replace(':', '-'));
        return File.Exists(path) ? path : throw new PasException("the model's file is missing", path, remedy: "pull the model again") { Code = ErrorCodes.FileMissing };
    }

    [GeneratedRegex(@"\Asha256[:-][0-9a-f]{64}\z")]
    private static partial Regex DigestPattern();
}

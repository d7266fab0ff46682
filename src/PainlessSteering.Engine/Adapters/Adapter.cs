using System.Security.Cryptography;
using System.Text;
using PainlessSteering.Engine.Adapters.Peft;
using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Engine.Adapters;

/// <summary>What an adapter's file holds, whatever its format: its changes of a model's tensors, in the order in which they are made.</summary>
/// <param name="file">What the tensors are read from; closed with the adapter.</param>
/// <param name="changes">The changes.</param>
/// <param name="tensors">Identifies the file's tensors.</param>
internal sealed class Adapter(IDisposable file, IReadOnlyList<TensorChange> changes, Func<string> tensors) : IDisposable
{
    /// <summary>The changes, in the order in which they are made.</summary>
    public IReadOnlyList<TensorChange> Changes => changes;

    /// <summary>What its configuration says is in the file; null where nothing does.</summary>
    public AdapterContent? Content { get; init; }

    /// <summary>Keys of its configuration that are not used, and why.</summary>
    public IReadOnlyList<UnusedPart> Unused { get; init; } = [];

    /// <summary>Opens an adapter; its tensors are read when they are used.</summary>
    /// <param name="path">A folder in PEFT's layout.</param>
    /// <exception cref="PasException">A file is missing or damaged, tensors are missing or do not fit together, or the adapter is of a kind that is not supported.</exception>
    public static Adapter Open(string path) => !File.Exists(path) || !GgufFile.Is(path) ? PeftFolder.Open(path) : throw new PasException(
        "adapters in GGUF files are not read", path, "a folder in PEFT's layout", "a GGUF file", "give the adapter as it was before it was converted: adapter_config.json and adapter_model.safetensors")
    { Code = ErrorCodes.NotSupported };

    /// <summary>Identifies the model that results, in the form of the weights' own fingerprint.</summary>
    /// <param name="weights">Fingerprint of the weights that it changes.</param>
    public string Fingerprint(string weights)
    {
        var facts = changes.Select(change => change.Fact).OfType<string>().Distinct().Order(StringComparer.Ordinal);
        var text = string.Join('\n', facts.Prepend(tensors()).Prepend(weights));
        return $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();
}

namespace PainlessSteering.Engine.Sources.HuggingFace;

/// <summary>Copies what stands beside the weights of a folder to a new one that gets other weights.</summary>
internal static class FolderCopies
{
    /// <summary>Weights in any form, which would not be the new folder's.</summary>
    private static readonly string[] Weights = [".safetensors", ".bin", ".pt", ".pth", ".ckpt", ".gguf", ".h5", ".msgpack", ".onnx"];

    /// <summary>Copies files.</summary>
    /// <param name="from">The folder.</param>
    /// <param name="to">The new folder.</param>
    /// <param name="isCopied">Given a file's name.</param>
    public static void Copy(string from, string to, Func<string, bool> isCopied)
    {
        foreach (var path in Directory.EnumerateFiles(from).Where(path => isCopied(Path.GetFileName(path))))
        {
            AtomicFile.Write(Path.Combine(to, Path.GetFileName(path)), stream =>
            {
                FileKind.EnsureRegular(path);
                using var source = File.OpenRead(path);
                source.CopyTo(stream);
            });
        }
    }

    /// <summary>Whether a file has no weights, and does not say where they are.</summary>
    public static bool IsOfNoWeights(string name) =>
        !name.StartsWith('.') && !Weights.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase) && !name.EndsWith(".index.json", StringComparison.Ordinal);
}

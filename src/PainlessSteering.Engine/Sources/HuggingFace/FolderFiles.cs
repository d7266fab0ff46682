namespace PainlessSteering.Engine.Sources.HuggingFace;

/// <summary>Accounts for the files of a folder in Hugging Face layout.</summary>
internal static class FolderFiles
{
    private static readonly HashSet<string> Read = new(
    [
        "config.json", "generation_config.json", "tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "chat_template.jinja", "chat_template.json",
        "model.safetensors", "model.safetensors.index.json", .. FolderQuantisation.Files,
    ], StringComparer.Ordinal);

    private static readonly Dictionary<string, string> ByName = new(StringComparer.Ordinal)
    {
        ["vocab.json"] = "tokenizer.json has it",
        ["merges.txt"] = "tokenizer.json has it",
        ["preprocessor_config.json"] = "of images and sounds, which are left out",
        ["processor_config.json"] = "of images and sounds, which are left out",
        ["video_preprocessor_config.json"] = "of images and sounds, which are left out",
        ["params.json"] = "config.json says it",
        ["consolidated.safetensors"] = "the same weights under other names",
        ["tekken.json"] = "tokenizer.json has it",
    };

    private static readonly Dictionary<string, string> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".md"] = "describes the model",
        [".txt"] = "describes the model",
        [".pdf"] = "describes the model",
        [".png"] = "describes the model",
        [".bin"] = "weights as Python pickles, which are never read",
        [".pt"] = "weights as Python pickles, which are never read",
        [".pth"] = "weights as Python pickles, which are never read",
        [".h5"] = "the weights for another library",
        [".msgpack"] = "the weights for another library",
        [".onnx"] = "the weights for another library",
        [".gguf"] = "the weights in another format; name the file to use it",
        [".py"] = "Python code, which is never run: the family is computed here",
    };

    /// <summary>Transformers would add an adapter that lies in a model's folder by itself.</summary>
    /// <exception cref="PasException">There is one.</exception>
    public static void RefuseAdapter(string folder)
    {
        var path = Path.Combine(folder, "adapter_config.json");
        if (File.Exists(path))
        {
            throw new PasException("the model's folder holds an adapter too, and does not say whether it is to be added", path, remedy: "move the adapter's files to a folder of their own") { Code = ErrorCodes.FileDamaged };
        }
    }

    /// <summary>Files that are not read, and why.</summary>
    public static IEnumerable<UnusedPart> Unused(string folder) => Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal)
        .Where(path => !Read.Contains(Path.GetFileName(path)) && !IsShard(path))
        .Select(path => new UnusedPart(path, ByName.GetValueOrDefault(Path.GetFileName(path)) ?? ByExtension.GetValueOrDefault(Path.GetExtension(path)) ?? "not a file of the format"));

    private static bool IsShard(string path) =>
        Path.GetFileName(path).StartsWith("model-", StringComparison.Ordinal) && Path.GetExtension(path) == ".safetensors" && !File.Exists(Path.Combine(Path.GetDirectoryName(path)!, "model.safetensors"));
}

namespace PainlessSteering.Engine.Sources;

/// <summary>Opens what a model is read from, whatever its format.</summary>
public static class ModelSource
{
    /// <summary>Every format: opens what is of it, and gives null for what is not. The last takes all that is left. A new one is one file and one entry here.</summary>
    private static readonly IReadOnlyList<Func<string, IModelSource?>> Formats = [GgufModel.TryOpen, MistralFolder.TryOpen, HuggingFaceFolder.TryOpen];

    /// <summary>Opens a model.</summary>
    /// <param name="path">A folder in Hugging Face layout or in Mistral's own, a GGUF file, or a folder with one GGUF file and no safetensors.</param>
    /// <exception cref="PasException">The file is damaged, or the folder leaves open which of its files is meant. What a folder lacks is told when it is asked for.</exception>
    public static IModelSource Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Formats.Select(open => open(path)).First(source => source is not null)!;
    }
}

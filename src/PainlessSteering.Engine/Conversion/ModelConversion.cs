using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Engine.Conversion;

/// <summary>Writes a model in another format: a GGUF file, or a folder in Hugging Face layout. The same model gives the same bytes.</summary>
public static class ModelConversion
{
    /// <summary>
    /// Writes a model as a GGUF file. A model that is one already keeps its metadata, and its tensors that are of the right type their bytes. Of any other the
    /// metadata is made, read back, and compared with the model, so that what the format cannot say is told.
    /// </summary>
    /// <param name="source">The model; not closed here.</param>
    /// <param name="path">The file, which is complete or absent; one that is there is replaced.</param>
    /// <param name="options">How.</param>
    /// <exception cref="PasException">The model cannot be read, the format cannot hold it, or the file cannot be written.</exception>
    public static ConversionResult ToGguf(IModelSource source, string path, ConversionOptions options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        AtomicFile.EnsureWritable(path);
        using var adapted = options.Adapter is { } adapter ? AdaptedCheckpoint.Open(source, adapter) : null;
        return source is GgufModel model ? GgufRequantisation.Run(model, adapted, path, options) : GgufConversion.Run(source, adapted, path, options);
    }

    /// <summary>Writes a model as a folder in Hugging Face layout: config.json, generation_config.json, tokenizer.json, tokenizer_config.json and safetensors, which any program that knows the family reads.</summary>
    /// <param name="source">The model; not closed here.</param>
    /// <param name="folder">The folder, which is complete or absent, and must be new or empty.</param>
    /// <param name="options">How.</param>
    /// <exception cref="PasException">The model cannot be read, or the folder is not free.</exception>
    public static ConversionResult ToFolder(IModelSource source, string folder, ConversionOptions options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        AtomicFolder.EnsureFree(folder);
        using var adapted = options.Adapter is { } adapter ? AdaptedCheckpoint.Open(source, adapter) : null;
        return FolderConversion.Run(source, adapted, folder, options);
    }
}

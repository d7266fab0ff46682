using PainlessSteering.Engine.Sources;
using PainlessSteering.Engine.Sources.HuggingFace;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Adapters;

/// <summary>Adds an adapter to a model for good: a new folder in Hugging Face layout, as complete as the model's own.</summary>
public static class ModelMerge
{
    private const string Index = "model.safetensors.index.json";

    /// <summary>
    /// Writes the model with the adapter added: every weight that it changes in float32, rounded once to the type that it is stored in. The
    /// weights stay in as many files as they are, config and tokenizer are copied. Loading the result equals loading the model with
    /// <see cref="LoadOptions.Adapter"/>, number by number. A head that was the embedding and is it no more is added, and the configuration says so.
    /// </summary>
    /// <param name="model">The model's folder.</param>
    /// <param name="adapter">The adapter's folder, in PEFT's layout.</param>
    /// <param name="output">The new folder, which is complete or absent.</param>
    /// <param name="done">Told the number of weight files written and of those in all.</param>
    /// <returns>How many weights were changed.</returns>
    /// <exception cref="PasException">The model or the adapter cannot be read, they do not fit, or the folder is not free.</exception>
    public static int Run(string model, string adapter, string output, Action<int, int>? done = null)
    {
        AtomicFolder.EnsureFree(output);
        using var source = ModelSource.Open(model);
        _ = source.Config; // It says what is wrong with the model before anything is written.
        if (source.Weights is QuantisedCheckpoint)
        {
            throw new PasException("the model's weights are quantised, and a file of such weights cannot hold the sum", model, "weights that are not", remedy: "merge into the model that it was quantised from; or use the adapter as it is, which needs no merging") { Code = ErrorCodes.NotSupported };
        }

        if (source.Weights is not SafeTensorsCheckpoint { Files: var files })
        {
            throw new PasException("an adapter is merged into safetensors files", model, "a folder in Hugging Face layout", remedy: "get the model in that layout") { Code = ErrorCodes.NotSupported };
        }

        using var adapted = AdaptedCheckpoint.Open(source, adapter);
        if (adapted.Added.FirstOrDefault(name => name != adapted.PartedHead) is { } bias)
        {
            throw new PasException("the adapter adds a bias that the model's configuration has no place for, so that it cannot be merged", adapted.PlaceOf(bias), remedy: "load the model with the adapter instead") { Code = ErrorCodes.NotSupported };
        }

        using var scope = NewDisposeScope();
        var parted = adapted.PartedHead is not null && !StoredConfig.Apply(source.Config, adapted).TiedEmbeddings;
        (string Name, Tensor Tensor)[] added = parted ? [.. adapted.Added.Select(name => (name, adapted.Stored(name).Tensor.contiguous()))] : [];
        AtomicFolder.Write(output, folder =>
        {
            FolderCopies.Copy(model, folder, name => FolderCopies.IsOfNoWeights(name) || (files.Count > 1 && name == Index));

            if (parted)
            {
                MergedFiles.Untie(Path.Combine(folder, "config.json"));
            }

            if (files.Count > 1 && added is [var (name, tensor)])
            {
                MergedFiles.AddToIndex(Path.Combine(folder, Index), name, Path.GetFileName(files[^1].Path), tensor.numel() * tensor.element_size());
            }

            for (var i = 0; i < files.Count; i++)
            {
                var file = files[i];
                AtomicFile.Write(Path.Combine(folder, Path.GetFileName(file.Path)), stream => file.CopyTo(stream, adapted.Changed, i == files.Count - 1 ? added : []));
                done?.Invoke(i + 1, files.Count);
            }
        });
        return adapted.ChangedWeights - adapted.Added.Count() + added.Length;
    }
}

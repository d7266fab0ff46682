using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Engine.Adapters;

/// <summary>Adds an adapter to a model for good: a new folder in Hugging Face layout, as complete as the model's own.</summary>
public static class ModelMerge
{
    /// <summary>Weights in other forms, which the adapter does not change and which would not be the merged model's.</summary>
    private static readonly string[] OtherWeights = [".safetensors", ".bin", ".pt", ".pth", ".ckpt", ".gguf", ".h5", ".msgpack", ".onnx"];

    /// <summary>
    /// Writes the model with the adapter added: <c>W + scale B A</c> in float32, rounded once to the type that W is stored in. The
    /// weights stay in as many files as they are, config and tokenizer are copied. Loading the result equals loading the model with
    /// <see cref="LoadOptions.Adapter"/>, number by number.
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
        AtomicFolder.Write(output, folder =>
        {
            foreach (var path in Directory.EnumerateFiles(model).Where(path => IsCopied(Path.GetFileName(path), files.Count > 1)))
            {
                AtomicFile.Write(Path.Combine(folder, Path.GetFileName(path)), stream =>
                {
                    FileKind.EnsureRegular(path);
                    using var source = File.OpenRead(path);
                    source.CopyTo(stream);
                });
            }

            for (var i = 0; i < files.Count; i++)
            {
                var file = files[i];
                AtomicFile.Write(Path.Combine(folder, Path.GetFileName(file.Path)), stream => file.CopyTo(stream, adapted.Changed));
                done?.Invoke(i + 1, files.Count);
            }
        });
        return adapted.ChangedWeights;
    }

    private static bool IsCopied(string name, bool sharded) =>
        !name.StartsWith('.')
        && !OtherWeights.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase)
        && (!name.EndsWith(".index.json", StringComparison.Ordinal) || (sharded && name == "model.safetensors.index.json"));
}

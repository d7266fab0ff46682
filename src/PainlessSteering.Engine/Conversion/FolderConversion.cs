using System.Text.Json.Nodes;
using PainlessSteering.Engine.Adapters;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Engine.Sources.HuggingFace;
using static System.FormattableString;

namespace PainlessSteering.Engine.Conversion;

/// <summary>Writes a model as a folder in Hugging Face layout. A folder of that layout keeps its files beside the weights; of any other model they are made.</summary>
internal static class FolderConversion
{
    private const string Config = "config.json";
    private const long MostBytes = 5_000_000_000; // Of a file, as the hub's programs have it.

    /// <summary>What may be asked for, with the name of the type in files and in configurations.</summary>
    private static readonly (string Name, string Type, string Torch)[] Kinds = [("bf16", "BF16", "bfloat16"), ("f16", "F16", "float16"), ("f32", "F32", "float32")];

    /// <summary>The names of <see cref="Kinds"/>.</summary>
    public static IReadOnlyList<string> Types { get; } = [.. Kinds.Select(kind => kind.Name)];

    /// <param name="source">The model.</param>
    /// <param name="adapted">Its weights with an adapter; null for its own.</param>
    /// <param name="folder">The folder to write.</param>
    /// <param name="options">How.</param>
    public static ConversionResult Run(IModelSource source, AdaptedCheckpoint? adapted, string folder, ConversionOptions options)
    {
        if (adapted?.Added.FirstOrDefault(name => name != adapted.PartedHead) is { } bias)
        {
            throw new PasException("the adapter adds a bias that the model's configuration has no place for, so that it cannot be merged", adapted.PlaceOf(bias), remedy: "load the model with the adapter instead") { Code = ErrorCodes.NotSupported };
        }

        var (_, type, torch) = Kinds.First(kind => kind.Name == options.Type);
        Checkpoint stored = adapted is null ? source.Weights : adapted;
        var (own, config) = (source.Config, StoredConfig.Apply(source.Config, stored));
        var isFolder = source is HuggingFaceFolder;
        var tensors = isFolder ? FolderTensor.AsStored(stored).ToArray() : [.. FolderTensor.AsPublished(new FamilyWeights(stored, config), config)];
        var (total, done) = (tensors.Sum(tensor => tensor.Elements) * GgufTensorType.Of(type).BlockBytes, 0L);
        options.Progress?.Invoke(0, total);
        AtomicFolder.Write(folder, to =>
        {
            if (isFolder)
            {
                FolderCopies.Copy(source.Path, to, name => FolderCopies.IsOfNoWeights(name) && !FolderQuantisation.Files.Contains(name));
                MergedFiles.Edit(Path.Combine(to, Config), keys => Plain(keys, torch));
                if (own.TiedEmbeddings && !config.TiedEmbeddings)
                {
                    MergedFiles.Untie(Path.Combine(to, Config));
                }
            }
            else
            {
                FolderDescription.Write(source, config, to, torch);
            }

            WriteWeights(to, tensors, type, bytes =>
            {
                done += bytes;
                options.Progress?.Invoke(done, total);
            });
            Check(config, to, source.Path);
        });
        return new ConversionResult(tensors.Length, total, ConversionWriter.Counted(tensors.Select(_ => type)), isFolder ? [] : GgufConversion.LeftOut(source, stored, config));
    }

    private static void WriteWeights(string folder, IReadOnlyList<FolderTensor> tensors, string type, Action<long> done)
    {
        var size = GgufTensorType.Of(type).BlockBytes;
        var shards = new List<List<FolderTensor>> { new() };
        foreach (var tensor in tensors)
        {
            if (shards[^1].Count > 0 && (shards[^1].Sum(other => other.Elements) + tensor.Elements) * size > MostBytes)
            {
                shards.Add([]);
            }

            shards[^1].Add(tensor);
        }

        string Name(int shard) => shards.Count == 1 ? "model.safetensors" : Invariant($"model-{shard + 1:00000}-of-{shards.Count:00000}.safetensors");
        for (var shard = 0; shard < shards.Count; shard++)
        {
            FolderTensor.Write(Path.Combine(folder, Name(shard)), shards[shard], type, done);
        }

        if (shards.Count > 1)
        {
            FolderDescription.WriteJson(Path.Combine(folder, "model.safetensors.index.json"), new JsonObject
            {
                ["metadata"] = new JsonObject { ["total_size"] = tensors.Sum(tensor => tensor.Elements) * size },
                ["weight_map"] = new JsonObject(shards.SelectMany((shard, number) => shard.Select(tensor => KeyValuePair.Create(tensor.Name, (JsonNode?)Name(number)))).OrderBy(entry => entry.Key, StringComparer.Ordinal)),
            });
        }
    }

    /// <summary>A configuration of weights that are not quantised.</summary>
    private static void Plain(JsonObject keys, string torch)
    {
        foreach (var section in FolderQuantisation.Sections)
        {
            keys.Remove(section);
        }

        foreach (var part in new[] { keys, keys["text_config"] as JsonObject }.OfType<JsonObject>())
        {
            foreach (var key in new[] { "torch_dtype", "dtype" }.Where(key => part.ContainsKey(key)))
            {
                part[key] = torch;
            }
        }
    }

    /// <exception cref="PasException">The folder would be another model.</exception>
    private static void Check(ModelConfig config, string folder, string path)
    {
        var read = ModelConfig.Read(ConfigFile.Open(Path.Combine(folder, Config)));
        if (PlanComparison.Difference(config, read) is { } other)
        {
            throw new PasException("the model has something that its family's config.json cannot say", path, found: other, remedy: "use the model as it is") { Code = ErrorCodes.NotSupported };
        }
    }
}

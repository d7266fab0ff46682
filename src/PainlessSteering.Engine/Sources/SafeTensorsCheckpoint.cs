using PainlessSteering.Engine.Files;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Sources;

/// <summary>The weights of a folder in Hugging Face layout: one safetensors file, or shards with an index.</summary>
internal sealed class SafeTensorsCheckpoint : Checkpoint
{
    /// <summary>What the names of weight files begin with.</summary>
    public const string OfHuggingFace = "model";

    private readonly Dictionary<string, SafeTensors> _tensors;
    private readonly Lazy<string> _fingerprint;

    private SafeTensorsCheckpoint(string where, SafeTensors[] files, Dictionary<string, SafeTensors> tensors)
        : base(where, "config.json")
    {
        Files = files;
        _tensors = tensors;
        _fingerprint = new(() => WeightsFingerprint.Of(tensors));
    }

    public override IReadOnlyCollection<string> Names => _tensors.Keys;

    public override string Fingerprint => _fingerprint.Value;

    /// <summary>The files that the weights are in.</summary>
    public IReadOnlyList<SafeTensors> Files { get; }

    /// <summary>Opens the files and checks their headers.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="index">Its index of shards; null where it has none.</param>
    /// <param name="name">What the names of its files begin with.</param>
    /// <exception cref="PasException">There are no safetensors weights, or they are damaged.</exception>
    public static SafeTensorsCheckpoint Open(string folder, ShardIndex? index, string name = OfHuggingFace)
    {
        var single = Path.Combine(folder, $"{name}.safetensors");
        if (File.Exists(single))
        {
            var file = SafeTensors.Open(single);
            return new SafeTensorsCheckpoint(single, [file], file.Tensors.Keys.ToDictionary(tensor => tensor, _ => file, StringComparer.Ordinal));
        }

        return index is not null ? OpenShards(folder, index) : throw NoWeights(folder);
    }

    public override void Dispose()
    {
        foreach (var file in Files)
        {
            file.Dispose();
        }
    }

    internal override IEnumerable<OpenedFile> OpenFiles => Files.Select(file => file.Source);

    internal override IEnumerable<string> Types => Files.SelectMany(file => file.Tensors.Values).Select(tensor => tensor.Type.Name);

    internal override long[] ShapeOf(string name) => _tensors[name].Tensors[name].Shape;

    internal override StoredForm FormOf(string name) => new(_tensors[name].Tensors[name].Type.Torch ?? ScalarType.Float32, null, _tensors[name].IsView(name));

    internal override string PlaceOf(string name) => $"{_tensors[name].Path}, key '{name}'";

    /// <summary>The tensors as they are stored, of any type.</summary>
    internal IReadOnlyDictionary<string, SafeTensors> Tensors => _tensors;

    internal override LoadedWeight Stored(string name)
    {
        var file = _tensors[name];
        var stored = file.Load(name);
        if (!is_floating_point(stored))
        {
            stored.Dispose();
            throw new PasException("the tensor is not a floating-point weight", PlaceOf(name), "F32, BF16, F16 or F64", file.Tensors[name].Type.Name, "use a checkpoint that is not quantized") { Code = ErrorCodes.NotSupported };
        }

        return Finite(name, new LoadedWeight(stored, file.IsView(name)));
    }

    private static SafeTensorsCheckpoint OpenShards(string folder, ShardIndex index)
    {
        var map = index.Shards;
        var files = new Dictionary<string, SafeTensors>(StringComparer.Ordinal);
        try
        {
            foreach (var shard in map.Values.Distinct(StringComparer.Ordinal))
            {
                var path = Path.Combine(folder, shard);
                files.Add(shard, File.Exists(path) ? SafeTensors.Open(path) : throw new PasException("a shard that the index names is missing", path, remedy: "get the whole model again") { Code = ErrorCodes.FileMissing });
            }

            foreach (var (name, shard) in map)
            {
                if (!files[shard].Tensors.ContainsKey(name))
                {
                    throw new PasException($"the index places the tensor in '{shard}', which does not have it", $"{index.Path}, key {SafeTensorsHeader.Quote(name)}", remedy: "get the whole model again") { Code = ErrorCodes.FileDamaged };
                }
            }
        }
        catch
        {
            foreach (var file in files.Values)
            {
                file.Dispose();
            }

            throw;
        }

        return new SafeTensorsCheckpoint(index.Path, [.. files.Values], map.ToDictionary(entry => entry.Key, entry => files[entry.Value], StringComparer.Ordinal));
    }

    private static PasException NoWeights(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return new PasException("the model folder does not exist", folder) { Code = ErrorCodes.FileMissing };
        }

        var names = Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ToArray();
        if (names.FirstOrDefault(name => Path.GetExtension(name) is ".bin" or ".pt" or ".pth" or ".ckpt") is { } pickle)
        {
            return new PasException(
                "the weights are Python pickles, which can run any code and are never read",
                folder,
                "model.safetensors",
                pickle,
                "convert them where you trust them: python -c \"from transformers import AutoModelForCausalLM as M; M.from_pretrained('FOLDER').save_pretrained('NEW')\"")
            { Code = ErrorCodes.NotSupported };
        }

        return new PasException(
            "no weights",
            folder,
            "model.safetensors, or model.safetensors.index.json and its shards",
            names.Length == 0 ? "an empty folder" : string.Join(", ", names.Take(6)) + (names.Length > 6 ? ", …" : ""))
        { Code = ErrorCodes.FileMissing };
    }
}

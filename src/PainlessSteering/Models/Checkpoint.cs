using static TorchSharp.torch;

namespace PainlessSteering.Models;

/// <summary>The weights of a model folder in Hugging Face layout: one safetensors file, or shards with an index.</summary>
public sealed class Checkpoint : IDisposable
{
    private readonly string _where;
    private readonly SafeTensors[] _files;
    private readonly Dictionary<string, SafeTensors> _tensors;
    private readonly Lazy<string> _fingerprint;

    private Checkpoint(string where, SafeTensors[] files, Dictionary<string, SafeTensors> tensors)
    {
        _where = where;
        _files = files;
        _tensors = tensors;
        _fingerprint = new(() => WeightsFingerprint.Of(tensors));
    }

    /// <summary>Names of all tensors.</summary>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <summary>
    /// Identifies the weights whatever files they are in: <c>sha256:</c> and 64 hexadecimal digits over name, type, shape
    /// and samples of the bytes of every tensor. Cheap also for large models; computed at first use.
    /// </summary>
    public string Fingerprint => _fingerprint.Value;

    /// <summary>Opens the files and checks their headers; weights are read when they are loaded.</summary>
    /// <param name="folder">The model folder.</param>
    /// <exception cref="PasException">There are no safetensors weights, or they are damaged.</exception>
    public static Checkpoint Open(string folder)
    {
        var single = Path.Combine(folder, "model.safetensors");
        if (File.Exists(single))
        {
            var file = SafeTensors.Open(single);
            return new Checkpoint(single, [file], file.Tensors.Keys.ToDictionary(name => name, _ => file, StringComparer.Ordinal));
        }

        var index = Path.Combine(folder, "model.safetensors.index.json");
        return File.Exists(index) ? OpenShards(folder, index) : throw NoWeights(folder);
    }

    /// <summary>Whether there is a tensor of this name.</summary>
    /// <param name="name">Name of the tensor.</param>
    public bool Has(string name) => _tensors.ContainsKey(name);

    /// <summary>
    /// Loads a weight: a view over the file's memory map where type and device are the file's own, else a converted copy.
    /// The tensor stays valid after the checkpoint is closed.
    /// </summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="shape">The shape that the model needs.</param>
    /// <param name="dtype">A floating-point type.</param>
    /// <param name="device">Where the weight will live.</param>
    /// <exception cref="PasException">The tensor is missing, has another shape, is not of floating point or holds NaN or infinity.</exception>
    public Tensor Load(string name, ReadOnlySpan<long> shape, ScalarType dtype, Device device)
    {
        if (!_tensors.TryGetValue(name, out var file))
        {
            throw Missing(name);
        }

        var where = $"{file.Path}, key '{name}'";
        var info = file.Tensors[name];
        if (!shape.SequenceEqual(info.Shape))
        {
            throw new PasException("the tensor has another shape than config.json asks for", where, Show(shape), Show(info.Shape), "is config.json the one of these weights?");
        }

        var stored = file.Load(name);
        if (!is_floating_point(stored))
        {
            stored.Dispose();
            throw new PasException("the tensor is not a floating-point weight", where, "F32, BF16, F16 or F64", info.Type.Name, "use a checkpoint that is not quantized");
        }

        if (TensorBytes.FirstNonFinite(stored) is { } index)
        {
            stored.Dispose();
            throw new PasException("the weight is not finite", where, "finite numbers", $"NaN or infinity at element {index}", "the file is damaged; get it again");
        }

        if (stored.dtype == dtype && device.type == TorchSharp.DeviceType.CPU)
        {
            return stored;
        }

        using (stored)
        {
            return stored.to(dtype, device);
        }
    }

    /// <summary>Closes the files; tensors that were loaded stay valid.</summary>
    public void Dispose()
    {
        foreach (var file in _files)
        {
            file.Dispose();
        }
    }

    private static Checkpoint OpenShards(string folder, string index)
    {
        var map = ShardIndex.Read(index);
        var files = new Dictionary<string, SafeTensors>(StringComparer.Ordinal);
        try
        {
            foreach (var shard in map.Values.Distinct(StringComparer.Ordinal))
            {
                var path = Path.Combine(folder, shard);
                files.Add(shard, File.Exists(path) ? SafeTensors.Open(path) : throw new PasException("a shard that the index names is missing", path, remedy: "get the whole model again"));
            }

            foreach (var (name, shard) in map)
            {
                if (!files[shard].Tensors.ContainsKey(name))
                {
                    throw new PasException($"the index places the tensor in '{shard}', which does not have it", $"{index}, key {SafeTensorsHeader.Quote(name)}", remedy: "get the whole model again");
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

        return new Checkpoint(index, [.. files.Values], map.ToDictionary(entry => entry.Key, entry => files[entry.Value], StringComparer.Ordinal));
    }

    private static PasException NoWeights(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return new PasException("the model folder does not exist", folder);
        }

        var names = Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ToArray();
        if (names.FirstOrDefault(name => Path.GetExtension(name) is ".bin" or ".pt" or ".pth" or ".ckpt") is { } pickle)
        {
            return new PasException(
                "the weights are Python pickles, which can run any code and are never read",
                folder,
                "model.safetensors",
                pickle,
                "convert them where you trust them: python -c \"from transformers import AutoModelForCausalLM as M; M.from_pretrained('FOLDER').save_pretrained('NEW')\"");
        }

        return new PasException(
            "no weights",
            folder,
            "model.safetensors, or model.safetensors.index.json and its shards",
            names.Length == 0 ? "an empty folder" : string.Join(", ", names.Take(6)) + (names.Length > 6 ? ", …" : ""));
    }

    private PasException Missing(string name)
    {
        var remedy = Suggestion.Nearest(name, Names) is { } nearest ? $"did you mean '{nearest}'?" : "is config.json the one of these weights?";
        return new PasException("the tensor is missing", $"{_where}, key '{name}'", found: $"{Names.Count} other tensors", remedy: remedy);
    }

    private static string Show(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}

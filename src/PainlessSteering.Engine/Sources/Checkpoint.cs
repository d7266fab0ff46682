using PainlessSteering.Engine.Adapters;
using PainlessSteering.Engine.Files;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Sources;

/// <summary>The weights of a model folder in Hugging Face layout: one safetensors file, or shards with an index; with an adapter added, if wanted.</summary>
public sealed class Checkpoint : IDisposable
{
    private readonly string _where;
    private readonly SafeTensors[] _files;
    private readonly Dictionary<string, SafeTensors> _tensors;
    private readonly LoraAdapter? _adapter;
    private readonly Lazy<string> _fingerprint;

    private Checkpoint(string where, SafeTensors[] files, Dictionary<string, SafeTensors> tensors, LoraAdapter? adapter)
    {
        _where = where;
        _files = files;
        _tensors = tensors;
        _adapter = adapter;
        _fingerprint = new(() => adapter?.Fingerprint(WeightsFingerprint.Of(tensors)) ?? WeightsFingerprint.Of(tensors));
    }

    /// <summary>Names of all tensors.</summary>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <summary>
    /// Identifies the weights whatever files they are in: <c>sha256:</c> and 64 hexadecimal digits over name, type, shape
    /// and samples of the bytes of every tensor, and over those of the adapter. Cheap also for large models; computed at first use.
    /// </summary>
    public string Fingerprint => _fingerprint.Value;

    /// <summary>Opens the files and checks their headers; weights are read when they are loaded.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="adapter">Folder of a LoRA adapter that is added to the weights as they are loaded; or null.</param>
    /// <exception cref="PasException">There are no safetensors weights, they are damaged, or the adapter is none for them.</exception>
    public static Checkpoint Open(string folder, string? adapter = null)
    {
        var added = adapter is null ? null : LoraAdapter.Load(adapter);
        Checkpoint? checkpoint = null;
        try
        {
            checkpoint = OpenFiles(folder, added);
            added?.EnsureFits(checkpoint._tensors.ToDictionary(tensor => tensor.Key, tensor => tensor.Value.Tensors[tensor.Key].Shape), checkpoint._where);
            return checkpoint;
        }
        catch
        {
            checkpoint?.Dispose();
            added?.Dispose();
            throw;
        }
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
    public Tensor Load(string name, ReadOnlySpan<long> shape, ScalarType dtype, Device device) => LoadOrView(name, shape, dtype, device).Tensor;

    /// <summary>Closes the files; tensors that were loaded stay valid.</summary>
    public void Dispose()
    {
        foreach (var file in _files)
        {
            file.Dispose();
        }

        _adapter?.Dispose();
    }

    /// <summary>As <see cref="Load"/>, and says whether the tensor is a view; in the type that it is stored in if <paramref name="dtype"/> is null.</summary>
    internal LoadedWeight LoadOrView(string name, ReadOnlySpan<long> shape, ScalarType? dtype, Device device)
    {
        if (!_tensors.TryGetValue(name, out var file))
        {
            throw Missing(name);
        }

        var info = file.Tensors[name];
        if (!shape.SequenceEqual(info.Shape))
        {
            throw new PasException("the tensor has another shape than config.json asks for", Where(name), Show(shape), Show(info.Shape), "is config.json the one of these weights?");
        }

        var stored = Changed(name) is { } changed ? new LoadedWeight(changed, false) : Stored(name);
        if (stored.Tensor.dtype == (dtype ?? stored.Tensor.dtype) && device.type == TorchSharp.DeviceType.CPU)
        {
            return stored;
        }

        var converted = stored.Tensor.to(dtype ?? stored.Tensor.dtype, device);
        stored.Drop();
        return new LoadedWeight(converted, false);
    }

    /// <summary>The files that the weights are in.</summary>
    internal IReadOnlyList<SafeTensors> Files => _files;

    /// <summary>How many weights the adapter changes.</summary>
    internal int ChangedWeights => _adapter?.Modules ?? 0;

    /// <summary>A weight with the adapter's change, in the type that it is stored in; null where the adapter leaves it alone.</summary>
    /// <exception cref="PasException">The weight is not of floating point, or it or the sum is not finite.</exception>
    internal Tensor? Changed(string name)
    {
        if (_adapter?.Changes(name) != true)
        {
            return null;
        }

        var stored = Stored(name);
        try
        {
            return _adapter.Changed(name, stored.Tensor);
        }
        finally
        {
            stored.Drop();
        }
    }

    private LoadedWeight Stored(string name)
    {
        var file = _tensors[name];
        var stored = file.Load(name);
        if (!is_floating_point(stored))
        {
            stored.Dispose();
            throw new PasException("the tensor is not a floating-point weight", Where(name), "F32, BF16, F16 or F64", file.Tensors[name].Type.Name, "use a checkpoint that is not quantized");
        }

        if (TensorBytes.FirstNonFinite(stored) is { } index)
        {
            stored.Dispose();
            throw new PasException("the weight is not finite", Where(name), "finite numbers", $"NaN or infinity at element {index}", "the file is damaged; get it again");
        }

        return new LoadedWeight(stored, file.IsView(name));
    }

    private string Where(string name) => $"{_tensors[name].Path}, key '{name}'";

    private static Checkpoint OpenFiles(string folder, LoraAdapter? adapter)
    {
        var single = Path.Combine(folder, "model.safetensors");
        if (File.Exists(single))
        {
            var file = SafeTensors.Open(single);
            return new Checkpoint(single, [file], file.Tensors.Keys.ToDictionary(name => name, _ => file, StringComparer.Ordinal), adapter);
        }

        var index = Path.Combine(folder, "model.safetensors.index.json");
        return File.Exists(index) ? OpenShards(folder, index, adapter) : throw NoWeights(folder);
    }

    private static Checkpoint OpenShards(string folder, string index, LoraAdapter? adapter)
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

        return new Checkpoint(index, [.. files.Values], map.ToDictionary(entry => entry.Key, entry => files[entry.Value], StringComparer.Ordinal), adapter);
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

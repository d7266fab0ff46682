using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Files.Gguf;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Sources;

/// <summary>The weights of a model as its source stores them, by the names that the model's family has for them. Read when they are loaded.</summary>
public abstract class Checkpoint : IDisposable
{
    private readonly HashSet<string> _loaded = new(StringComparer.Ordinal);

    /// <param name="where">File that says which weights there are, for errors.</param>
    /// <param name="configuration">What says which weights the model needs, for errors.</param>
    private protected Checkpoint(string where, string configuration) => (Where, Configuration) = (where, configuration);

    /// <summary>File that says which weights there are, for errors.</summary>
    internal string Where { get; }

    /// <summary>What says which weights the model needs, for errors.</summary>
    internal string Configuration { get; }

    /// <summary>Names of all tensors.</summary>
    public abstract IReadOnlyCollection<string> Names { get; }

    /// <summary>
    /// Identifies the weights whatever files they are in: <c>sha256:</c> and 64 hexadecimal digits over name, type, shape
    /// and samples of the bytes of every tensor, and over those of the adapter. Cheap also for large models; computed at first use.
    /// </summary>
    public abstract string Fingerprint { get; }

    /// <summary>Whether there is a tensor of this name.</summary>
    /// <param name="name">Name of the tensor.</param>
    public bool Has(string name) => Names.Contains(name);

    /// <summary>
    /// Loads a weight: a view of the file where type and device are the file's own, otherwise a converted copy.
    /// The tensor stays valid after the checkpoint is closed.
    /// </summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="shape">The shape that the model needs.</param>
    /// <param name="dtype">A floating-point type.</param>
    /// <param name="device">Where the weight will live.</param>
    /// <exception cref="PasException">The tensor is missing, has another shape, is not of floating point or holds NaN or infinity.</exception>
    public Tensor Load(string name, ReadOnlySpan<long> shape, ScalarType dtype, Device device) => LoadOrView(name, shape, dtype, device).Tensor;

    /// <summary>Closes the files; tensors that were loaded stay valid.</summary>
    public abstract void Dispose();

    /// <summary>
    /// As <see cref="Load"/>, and says whether the tensor is a view; in the type that it is stored in if <paramref name="dtype"/> is null. In blocks, on the CPU,
    /// where the file holds it so and <paramref name="blocks"/> says that it may be.
    /// </summary>
    internal LoadedWeight LoadOrView(string name, ReadOnlySpan<long> shape, ScalarType? dtype, Device device, bool blocks = false)
    {
        if (!Has(name))
        {
            throw Missing(name);
        }

        if (!shape.SequenceEqual(ShapeOf(name)))
        {
            throw new PasException($"the tensor has another shape than {Configuration} asks for", PlaceOf(name), Show(shape), Show(ShapeOf(name)), $"is {Configuration} the one of these weights?") { Code = ErrorCodes.DoesNotFit };
        }

        _loaded.Add(name);
        if (blocks && device.type == TorchSharp.DeviceType.CPU && StoredBlocks(name) is { } packed)
        {
            return packed;
        }

        var stored = Stored(name, dtype);
        if (stored.Tensor.dtype == (dtype ?? stored.Tensor.dtype) && device.type == TorchSharp.DeviceType.CPU)
        {
            return stored;
        }

        var converted = stored.Tensor.to(dtype ?? stored.Tensor.dtype, device);
        stored.Drop();
        return new LoadedWeight(converted, false);
    }

    /// <summary>The files that it reads, open until it is closed.</summary>
    internal abstract IEnumerable<OpenedFile> OpenFiles { get; }

    /// <summary>Refuses weights of which somebody changed a file since it was opened.</summary>
    /// <exception cref="PasException">See <see cref="OpenedFile.EnsureUnchanged"/>.</exception>
    internal void EnsureUnchanged()
    {
        foreach (var file in OpenFiles)
        {
            file.EnsureUnchanged();
        }
    }

    /// <summary>Whether a tensor is the work of an adapter alone, so that no configuration of the model says that there is one.</summary>
    internal virtual bool Adds(string name) => false;

    /// <summary>Names of the tensors that nobody has loaded, in order.</summary>
    internal IReadOnlyList<string> NotLoaded => [.. Names.Where(name => !_loaded.Contains(name)).Order(StringComparer.Ordinal)];

    /// <summary>The type of each tensor of the files, by its name there.</summary>
    internal abstract IEnumerable<string> Types { get; }

    /// <summary>Shape of a tensor that there is.</summary>
    internal abstract long[] ShapeOf(string name);

    /// <summary>What reading a tokenizer of the format takes and keeps for each token, as measured.</summary>
    internal virtual long BytesOfToken => 400;

    /// <summary>How a tensor that there is lies in its file.</summary>
    internal abstract StoredForm FormOf(string name);

    /// <summary>File and name of a tensor that there is, for errors.</summary>
    internal abstract string PlaceOf(string name);

    /// <summary>A tensor that there is, in the type that it is stored in, or float32 where libtorch has no such type.</summary>
    /// <exception cref="PasException">It is not of floating point, or not finite.</exception>
    internal abstract LoadedWeight Stored(string name);

    /// <summary>A tensor that there is, as the file's blocks; null where it is held otherwise.</summary>
    /// <exception cref="PasException">It is not finite.</exception>
    internal virtual LoadedWeight? StoredBlocks(string name) => null;

    /// <summary>The same, in the type that is wanted where that costs no more, so that less memory is needed in between.</summary>
    internal virtual LoadedWeight Stored(string name, ScalarType? wanted) => Stored(name);

    /// <summary>The weight itself, if all of it is finite.</summary>
    private protected LoadedWeight Finite(string name, LoadedWeight weight)
    {
        var first = weight.Blocks is { } type ? BlockNumbers.FirstNonFinite(weight.Tensor, type) : TensorBytes.FirstNonFinite(weight.Tensor);
        if (first is not { } index)
        {
            return weight;
        }

        weight.Tensor.Dispose();
        throw NotFinite(PlaceOf(name), index);
    }

    /// <param name="place">File and name of the weight.</param>
    /// <param name="index">The element that is not.</param>
    private protected static PasException NotFinite(string place, long index) =>
        new("the weight is not finite", place, "finite numbers", $"NaN or infinity at element {index}", "the file is damaged; get it again") { Code = ErrorCodes.NotFinite };

    private PasException Missing(string name)
    {
        var remedy = Suggestion.Nearest(name, Names) is { } nearest ? $"did you mean '{nearest}'?" : $"is {Configuration} the one of these weights?";
        return new PasException("the tensor is missing", $"{Where}, key '{name}'", found: $"{Names.Count} other tensors", remedy: remedy) { Code = ErrorCodes.FileDamaged };
    }

    private static string Show(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}

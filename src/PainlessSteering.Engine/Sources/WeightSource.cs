using PainlessSteering.Engine.Adapters;
using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Engine.Weights;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Sources;

/// <summary>Where a model takes its weights from, and the list of those it took.</summary>
internal abstract class WeightSource(Device device, ScalarType dataType, WeightFormat format)
{
    public Device Device { get; } = device;

    public ScalarType DataType { get; } = dataType;

    /// <summary>How the matrices are held.</summary>
    public WeightFormat Format => format;

    /// <summary>Identifies the weights as they are held: those of a quantised model are other ones.</summary>
    public string Fingerprint => format.Mark(Origin);

    /// <summary>Whether something taken so far is a view of a file's map, which must stay as it is.</summary>
    public bool HasFileViews { get; private set; }

    /// <summary>Everything taken so far, by name.</summary>
    public ModelWeights Taken { get; } = new();

    protected abstract string Origin { get; }

    /// <summary>What stands before every weight's name.</summary>
    protected virtual string Prefix => "";

    public Tensor Take(string name, params long[] shape) => Take(name, DataType, shape);

    /// <summary>A weight in no linear map, held in a type of its own.</summary>
    public Tensor Take(string name, ScalarType type, params long[] shape)
    {
        var weight = Load(name, shape, type);
        HasFileViews |= weight.IsFileView;
        Taken.Add(name, weight.Tensor.DetachFromDisposeScope());
        return weight.Tensor;
    }

    /// <param name="name">Its name, without <c>.weight</c>.</param>
    /// <param name="outputs">Rows.</param>
    /// <param name="inputs">Columns.</param>
    /// <param name="bias">Whether it has one.</param>
    /// <param name="exact">Whether it is held in the type computed in, however others are held.</param>
    public Linear Linear(string name, int outputs, int inputs, bool bias, bool exact = false)
    {
        var weight = $"{name}.weight";
        var linear = Hold(Load(weight, [outputs, inputs], exact ? DataType : StoredType, MayBeBlocks && !exact), exact ? WeightFormat.Full : format, bias || Adds($"{name}.bias") ? Take($"{name}.bias", outputs) : null, new(Prefix + name, outputs));
        Taken.Add(weight, linear);
        return linear;
    }

    /// <summary>A linear map whose weight is some rows of a fused one. It goes by the name that it would have alone.</summary>
    /// <param name="name">Its name, without <c>.weight</c>.</param>
    /// <param name="fused">Name of the weight that it is in, without <c>.weight</c>.</param>
    /// <param name="rows">Rows of the fused weight.</param>
    /// <param name="from">First row.</param>
    /// <param name="outputs">Number of rows.</param>
    /// <param name="inputs">Columns.</param>
    public Linear LinearOf(string name, string fused, int rows, int from, int outputs, int inputs)
    {
        var linear = Hold(Load($"{fused}.weight", [rows, inputs], StoredType, MayBeBlocks).Rows(from, outputs), format, null, new(Prefix + fused, rows, from));
        Taken.Add($"{name}.weight", linear);
        return linear;
    }

    /// <summary>
    /// Linear maps whose weights lie behind each other in one tensor, in parts of equal size. They go by the names that they would have alone, but have no
    /// module there that an adapter could name.
    /// </summary>
    /// <param name="stored">The tensor's whole name.</param>
    /// <param name="shape">Its shape; the last dimension is the maps' inputs, the others are the rows of all.</param>
    /// <param name="names">The maps' names, without <c>.weight</c>.</param>
    /// <param name="order">Brings the weights, and biases, into the order of the names, [.., outputs, inputs]; null where they are in it.</param>
    /// <param name="bias">Whole name of the tensor of their biases, of the shape without the inputs; null for none.</param>
    public IReadOnlyList<Linear> LinearsOf(string stored, int[] shape, IReadOnlyList<string> names, Func<Tensor, Tensor>? order = null, string? bias = null)
    {
        var whole = Ordered(Load(stored, [.. shape.Select(size => (long)size)], StoredType, MayBeBlocks && order is null), order);
        using var rows = whole.Tensor.flatten(0, -2);
        whole.Tensor.Dispose();
        var count = (int)rows.size(0) / names.Count;
        using var biases = bias is null ? null : Biases(bias, [shape[0], rows.size(0) / shape[0]], order);
        return [.. names.Select((name, part) =>
        {
            var own = biases?.narrow(0, part * count, count).clone().DetachFromDisposeScope();
            var linear = Hold((whole with { Tensor = rows }).Slice(part * count, count), format, own, null);
            Taken.Add($"{name}.weight", linear);
            if (own is not null)
            {
                Taken.Add($"{name}.bias", own);
            }

            return linear;
        })];
    }

    /// <summary>Whether the source has a tensor of this name.</summary>
    public abstract bool Has(string name);

    /// <summary>Shape of a weight that there is.</summary>
    public abstract long[] ShapeOf(string name);

    /// <summary>Whether an adapter adds a tensor that the model's plan does not have.</summary>
    protected virtual bool Adds(string name) => false;

    /// <summary>
    /// The embedding, of which only rows are used, unless it is the head too: the numbers of the type computed in, or where others are not held in that, the
    /// stored ones.
    /// </summary>
    public Linear Embedding(ModelConfig config)
    {
        var name = config.Names.Embedding;
        var held = format is WeightFormat.Full or WeightFormat.BFloat16 ? WeightFormat.Full : WeightFormat.Stored;
        var embedding = Hold(Load($"{name}.weight", [config.VocabularySize, config.HiddenSize], held == WeightFormat.Full ? DataType : null, MayBeBlocks), held, null, new(Prefix + name, config.VocabularySize), givesRows: true);
        Taken.Add($"{name}.weight", embedding);
        return embedding;
    }

    /// <summary>The LM head, whose rows are also used singly. At 4 bits it would lose most, so it never has fewer than 8.</summary>
    /// <param name="config">Says whether the head is the embedding.</param>
    /// <param name="embedding">[vocabulary, hidden size]</param>
    public Linear Head(ModelConfig config, Linear embedding)
    {
        var name = config.Names.Head;
        if (config.TiedEmbeddings && (format == WeightFormat.Stored || StoredType == DataType))
        {
            return embedding;
        }

        var least = format == WeightFormat.FourBit ? WeightFormat.EightBit : format;
        if (config.TiedEmbeddings)
        {
            var tied = Hold(new LoadedWeight(embedding.ReadNumbers(StoredType ?? DataType), false), least, null, null, givesRows: true);
            Taken.AddTied(tied);
            return tied;
        }

        var head = Hold(Load($"{name}.weight", [config.VocabularySize, config.HiddenSize], StoredType, MayBeBlocks), least, null, new(Prefix + name, config.VocabularySize), givesRows: true);
        Taken.Add($"{name}.weight", head);
        return head;
    }

    /// <summary>Loads a weight, in the type that its source has it in if <paramref name="type"/> is null; in the file's blocks where it may be and is.</summary>
    protected abstract LoadedWeight Load(string name, long[] shape, ScalarType? type, bool blocks = false);

    /// <summary>A copy in another order, where that is asked for.</summary>
    private static LoadedWeight Ordered(LoadedWeight weight, Func<Tensor, Tensor>? order)
    {
        if (order is null)
        {
            return weight;
        }

        using var ordered = order(weight.Tensor);
        var copy = empty(ordered.shape, ordered.dtype, ordered.device).copy_(ordered);
        weight.Drop();
        return new LoadedWeight(copy, false);
    }

    private Tensor Biases(string name, long[] shape, Func<Tensor, Tensor>? order)
    {
        var whole = Ordered(Load(name, shape, DataType), order);
        using var all = whole.Tensor;
        return all.flatten();
    }

    /// <summary>What a linear map's weight is loaded in: quantising starts from what is stored.</summary>
    private ScalarType? StoredType => format switch { WeightFormat.Full => DataType, WeightFormat.BFloat16 => ScalarType.BFloat16, _ => null };

    /// <summary>Blocks are held as they are unless a format is asked for. Their kernels write where libtorch's tensors lie.</summary>
    private bool MayBeBlocks => format is WeightFormat.Full or WeightFormat.Stored && Libtorch.IsAvailable;

    /// <summary>The blocks of a weight whose numbers are of two bytes and not of the type computed in; null where it is to be held as a tensor.</summary>
    private BlockType? HalvesOf(LoadedWeight weight) => Libtorch.IsAvailable && Device.type == TorchSharp.DeviceType.CPU && weight.Tensor.dtype != DataType && weight.Tensor.is_contiguous()
        ? HalfBlocks.Of(weight.Tensor.dtype, weight.Tensor.size(-1)) : null;

    private Linear Hold(LoadedWeight weight, WeightFormat held, Tensor? bias, StoredModule? stored, bool givesRows = false)
    {
        if (weight.Blocks is { } type)
        {
            HasFileViews |= weight.IsFileView;
            var blocks = weight.Tensor.DetachFromDisposeScope();
            return new Linear(new BlockWeight(blocks, type), Device, bias) { Shape = [blocks.size(0), type.Numbers(blocks.size(1))], Stored = stored };
        }

        if (held is WeightFormat.Full or WeightFormat.BFloat16 or WeightFormat.Stored)
        {
            if (HalvesOf(weight) is { } halves)
            {
                HasFileViews |= weight.IsFileView;
                return new Linear(new BlockWeight(weight.Tensor.DetachFromDisposeScope(), halves), Device, bias, plain: DataType) { Shape = weight.Tensor.shape, Stored = stored };
            }

            weight = held == WeightFormat.Stored ? weight.To(DataType) : weight;
            HasFileViews |= weight.IsFileView;
            return new Linear(weight.Tensor.DetachFromDisposeScope(), bias, weight.IsFileView, givesRows) { Stored = stored };
        }

        var form = held == WeightFormat.EightBit ? QuantisedWeight.EightBit(weight.Tensor) : QuantisedWeight.FourBit(weight.Tensor);
        var shape = weight.Tensor.shape;
        weight.Drop();
        return new Linear(form, Device, bias) { Shape = shape, Stored = stored };
    }
}

/// <summary>Weights of a Hugging Face folder.</summary>
internal sealed class CheckpointWeights(Checkpoint checkpoint, string prefix, Device device, ScalarType dataType, WeightFormat format = WeightFormat.Full, IProgress<LoadProgress>? progress = null)
    : WeightSource(device, dataType, format)
{
    private readonly HashSet<string> _loaded = [];
    private long _done, _total;

    protected override string Origin => checkpoint.Fingerprint;

    protected override string Prefix => prefix;

    public override bool Has(string name) => checkpoint.Has(prefix + name);

    public override long[] ShapeOf(string name) => checkpoint.ShapeOf(prefix + name);

    protected override bool Adds(string name) => checkpoint.Adds(prefix + name);

    protected override LoadedWeight Load(string name, long[] shape, ScalarType? type, bool blocks)
    {
        var weight = checkpoint.LoadOrView(prefix + name, shape, type, Device, blocks);
        if (progress is not null && _loaded.Add(name))
        {
            _total = _total > 0 ? _total : checkpoint.Names.Sum(stored => Numbers(checkpoint.ShapeOf(stored)));
            _done += Numbers(shape);
            progress.Report(new(_done, _total));
        }

        return weight;
    }

    private static long Numbers(long[] shape) => shape.Aggregate(1L, (product, size) => product * size);
}

/// <summary>Seeded random weights, scaled so that activations stay near 1: for benchmarks, tests and the start of a training.</summary>
internal sealed class RandomWeights(long seed, Device device, ScalarType dataType, WeightFormat format) : WeightSource(device, dataType, format), IDisposable
{
    private readonly Generator _generator = new((ulong)seed);

    protected override string Origin => $"random:{seed}";

    public override bool Has(string name) => false; // A layout is nothing that it would keep to.

    public override long[] ShapeOf(string name) => throw new InvalidOperationException("there is no stored weight");

    public void Dispose() => _generator.Dispose();

    protected override LoadedWeight Load(string name, long[] shape, ScalarType? type, bool blocks) => new(Make(name, shape, type ?? ScalarType.Float32), false);

    private Tensor Make(string name, long[] shape, ScalarType type)
    {
        if (shape.Length == 1)
        {
            return name.EndsWith("bias", StringComparison.Ordinal) ? zeros(shape, type, Device) : ones(shape, type, Device);
        }

        using var scope = NewDisposeScope();
        using TorchSharp.Scalar scale = name.Contains("embed", StringComparison.Ordinal) ? 0.02 : 1 / Math.Sqrt(shape[1]);
        return randn(shape, dtype: ScalarType.Float32, generator: _generator).mul_(scale).to(type).to(Device).MoveToOuterDisposeScope();
    }
}

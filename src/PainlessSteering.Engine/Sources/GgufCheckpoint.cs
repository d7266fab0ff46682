using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Engine.Sources.Gguf;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Sources;

/// <summary>The weights of a GGUF file, by the names of the model's family.</summary>
/// <param name="file">The file; not closed here.</param>
/// <param name="weights">What of it is each weight.</param>
internal sealed class GgufCheckpoint(GgufFiles file, IReadOnlyDictionary<string, GgufWeight> weights) : Checkpoint(file.Path, "the metadata")
{
    private string? _fingerprint;

    /// <summary>What of the file is each weight.</summary>
    public IReadOnlyDictionary<string, GgufWeight> Places => weights;


    public override IReadOnlyCollection<string> Names { get; } = weights.Keys.ToHashSet();

    /// <inheritdoc/>
    /// <remarks>A tensor that is several weights goes by the name of the first.</remarks>
    public override string Fingerprint => _fingerprint ??= WeightsFingerprint.Of(weights.DistinctBy(entry => entry.Value.Tensor.Name).Select(entry => new FingerprintedTensor(
        entry.Key, entry.Value.Tensor.TypeName, entry.Value.Tensor.Shape, entry.Value.Tensor.Length, (offset, bytes) => file.ReadBytes(entry.Value.Tensor, offset, bytes))));

    public override void Dispose()
    {
    }

    internal override IEnumerable<OpenedFile> OpenFiles => file.Sources;

    internal override IEnumerable<string> Types => weights.Values.Select(weight => weight.Tensor).DistinctBy(tensor => tensor.Name).Select(tensor => tensor.TypeName);

    internal override long[] ShapeOf(string name) => weights[name].Shape;

    internal override long BytesOfToken => 1800;

    internal override StoredForm FormOf(string name)
    {
        var weight = weights[name];
        var isView = weight.Change is null && file.IsMapped(weight.Tensor);
        return weight.Tensor.Type is PlainType plain ? new(plain.Torch, null, isView)
            : BlocksOf(weight) is { } blocks ? new(ScalarType.Float32, blocks, isView)
            : new(ScalarType.Float32, null, false);
    }

    internal override string PlaceOf(string name) => file.PlaceOf(weights[name].Tensor);

    internal override LoadedWeight Stored(string name)
    {
        var weight = weights[name];
        var stored = new LoadedWeight(file.Load(weight.Tensor, weight.Index), weight.Tensor.Type is PlainType && file.IsMapped(weight.Tensor));
        return Finite(name, weight.Change is { } change ? new LoadedWeight(Changed(stored, change), false) : stored);
    }

    internal override LoadedWeight? StoredBlocks(string name)
    {
        var weight = weights[name];
        if (BlocksOf(weight) is not { } type)
        {
            return null;
        }

        var stored = new LoadedWeight(file.Blocks(weight.Tensor, type, weight.Index), file.IsMapped(weight.Tensor), type);
        return Finite(name, weight.Change is { } change ? new LoadedWeight(Changed(stored, change), false, type) : stored);
    }

    /// <summary>The blocks that a weight may be held in: those of rows, where nothing changes within a row.</summary>
    private static BlockType? BlocksOf(GgufWeight weight) => weight.Change is { MovesRows: false } || weight.Shape.Length < 2 ? null : weight.Tensor.Type as BlockType;

    private static Tensor Changed(LoadedWeight stored, GgufChange change)
    {
        using var scope = NewDisposeScope();
        var changed = change.Apply(stored.Tensor).contiguous();
        var apart = changed.MoveToOuterDisposeScope();
        stored.Drop();
        return apart;
    }
}

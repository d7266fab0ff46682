using PainlessSteering.Engine.Files.Gguf;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Sources;

/// <summary>The weights of a GGUF file, by the names of the model's family.</summary>
/// <param name="file">The file; not closed here.</param>
/// <param name="tensors">Its tensors by the family's names, with the heads whose rows must be parted.</param>
internal sealed class GgufCheckpoint(GgufFile file, IReadOnlyDictionary<string, (GgufTensor Tensor, int PairedHeads)> tensors) : Checkpoint(file.Path, "the metadata")
{
    private string? _fingerprint;

    public override IReadOnlyCollection<string> Names { get; } = tensors.Keys.ToHashSet();

    public override string Fingerprint => _fingerprint ??= WeightsFingerprint.Of(tensors.Select(entry => new FingerprintedTensor(
        entry.Key, entry.Value.Tensor.Type?.Name ?? "", entry.Value.Tensor.Shape, entry.Value.Tensor.Length, (offset, bytes) => file.ReadBytes(entry.Value.Tensor, offset, bytes))));

    public override void Dispose()
    {
    }

    internal override long[] ShapeOf(string name) => tensors[name].Tensor.Shape;

    internal override string PlaceOf(string name) => $"{file.Path}, tensor '{tensors[name].Tensor.Name}'";

    internal override LoadedWeight Stored(string name)
    {
        var (tensor, heads) = tensors[name];
        var stored = new LoadedWeight(file.Load(tensor), tensor.Type is PlainType);
        return Finite(name, heads == 0 ? stored : new LoadedWeight(Parted(stored, heads, tensor), false));
    }

    /// <summary>The rows of each head with the first elements of all pairs before the second ones.</summary>
    private Tensor Parted(LoadedWeight stored, int heads, GgufTensor tensor)
    {
        if (tensor.Shape[0] % (2 * heads) != 0)
        {
            stored.Tensor.Dispose();
            throw new PasException("the tensor's rows are no whole heads", $"{file.Path}, tensor '{tensor.Name}'", FormattableString.Invariant($"a multiple of {2 * heads}"), FormattableString.Invariant($"{tensor.Shape[0]}")) { Code = ErrorCodes.FileDamaged };
        }

        using var scope = NewDisposeScope();
        var pairs = tensor.Shape[0] / heads / 2;
        var parted = stored.Tensor.view([heads, pairs, 2, .. tensor.Shape[1..]]).transpose(1, 2).contiguous().view(tensor.Shape);
        stored.Drop();
        return parted.MoveToOuterDisposeScope();
    }
}

using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Engine.Sources;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Conversion;

/// <summary>A tensor of a folder that is to be written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Place">Where it is from, for errors.</param>
/// <param name="Use">Gives its numbers; they are gone afterwards.</param>
internal sealed record FolderTensor(string Name, long[] Shape, string Place, Action<Action<Tensor>> Use)
{
    /// <summary>How many numbers it has.</summary>
    public long Elements => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Every weight of a checkpoint under its own name.</summary>
    public static IEnumerable<FolderTensor> AsStored(Checkpoint stored) => stored.Names.Order(StringComparer.Ordinal).Select(name => new FolderTensor(name, stored.ShapeOf(name), stored.PlaceOf(name), use =>
    {
        var weight = stored.Stored(name);
        use(weight.Tensor);
        weight.Drop();
    }));

    /// <summary>The weights of a family as its published checkpoints have them.</summary>
    public static IEnumerable<FolderTensor> AsPublished(FamilyWeights weights, ModelConfig config)
    {
        var joined = JoinedWeight.Of(config).Where(joined => joined.IsPublished && joined.Parts.All(weights.Names.Contains)).ToArray();
        var parts = joined.SelectMany(whole => whole.Parts).ToHashSet(StringComparer.Ordinal);
        var single = weights.Names.Where(name => !parts.Contains(name)).Select(name => new FolderTensor(name, weights.ShapeOf(name), weights.PlaceOf(name), use => weights.Use(name, use)));
        return single.Concat(joined.Select(whole => Joined(whole, weights))).OrderBy(tensor => tensor.Name, StringComparer.Ordinal);
    }

    private static FolderTensor Joined(JoinedWeight whole, FamilyWeights weights)
    {
        using var scope = NewDisposeScope();
        var shape = whole.Join([.. whole.Parts.Select(part => empty(weights.ShapeOf(part), ScalarType.Float32, META))]).shape;
        return new FolderTensor(whole.Name, shape, weights.PlaceOf(whole.Parts[0]), use =>
        {
            using var inner = NewDisposeScope();
            use(whole.Join([.. whole.Parts.Select(part =>
            {
                Tensor? copy = null;
                weights.Use(part, tensor => copy = tensor.clone().MoveToOuterDisposeScope());
                return copy!;
            })]));
        });
    }

    /// <summary>Writes tensors as one safetensors file, all of one type.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">In this order.</param>
    /// <param name="type">Its name in both formats.</param>
    /// <param name="done">Told the bytes of each when it is written.</param>
    public static void Write(string path, IReadOnlyList<FolderTensor> tensors, string type, Action<long> done)
    {
        var (own, plain) = (SafeTensorType.Find(type)!, GgufTensorType.Of(type));
        AtomicFile.Write(path, stream =>
        {
            stream.Write(SafeTensorsWriter.Header(tensors.Select(tensor => (tensor.Name, own, tensor.Shape, plain.Bytes(tensor.Elements))), new Dictionary<string, string> { ["format"] = "pt" }));
            foreach (var tensor in tensors)
            {
                tensor.Use(weight => GgufEncoder.Write(weight, plain, tensor.Place, stream));
                done(plain.Bytes(tensor.Elements));
            }
        });
    }
}

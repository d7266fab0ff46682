using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Engine.Sources.Gguf;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Conversion;

/// <summary>Writes a model that is no GGUF file as one.</summary>
internal static class GgufConversion
{
    /// <param name="source">The model.</param>
    /// <param name="adapted">Its weights with an adapter; null for its own.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">How.</param>
    public static ConversionResult Run(IModelSource source, AdaptedCheckpoint? adapted, string path, ConversionOptions options)
    {
        Checkpoint stored = adapted is null ? source.Weights : adapted;
        var config = StoredConfig.Apply(source.Config, stored);
        var architecture = GgufArchitecture.For(config, source.Path);
        var weights = new FamilyWeights(stored, config);
        var notes = LeftOut(source, stored, config);
        var keys = new ModelKeys(config, architecture.Name);
        architecture.Writing!.Describe(keys);
        var experts = config.Blocks.Cast<SequentialBlock>().Select(block => block.FeedForward).OfType<MixtureOfExpertsPlan>().FirstOrDefault()?.Experts ?? 0;
        var types = new GgufTypes(options.Type, !config.TiedEmbeddings, experts);
        List<(string Key, object Value)> entries =
        [
            ("general.architecture", architecture.Name), ("general.type", "model"), ("general.name", options.Name ?? NameOf(source.Path)),
            .. ModelLicence.Find(source.Path) is { } licence ? [("general.license", (object)licence)] : Array.Empty<(string, object)>(),
            .. keys.Entries,
            .. Kind(types),
            .. GgufTokenizerDescription.Of(source, config, notes),
        ];
        var draft = new GgufDraft(path, entries, keys.Factors);
        GgufWrittenTensor[] tensors = [.. Tensors(architecture.Names(new ArchitectureKeys(draft, architecture.Name)), weights, config, types, stored)];
        foreach (var tensor in tensors)
        {
            draft.Add(tensor);
        }

        notes.AddRange(Unsaid(config, draft.Read(architecture), architecture, source.Path));
        return ConversionWriter.Write(path, entries, [.. keys.Factors.Select(factor => GgufWrittenTensor.Floats(factor.Key, factor.Value)), .. tensors], notes, options);
    }

    /// <summary>What the metadata says of how tensors are held.</summary>
    public static IReadOnlyList<(string Key, object Value)> Kind(GgufTypes types) => [("general.file_type", types.FileType), ("general.quantization_version", 2u)];

    /// <summary>A tensor of the file, made of weights of the family.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="of">The weights that it is.</param>
    /// <param name="weights">Where they are.</param>
    /// <param name="types">Gives its type.</param>
    public static GgufWrittenTensor Tensor(string name, IReadOnlyList<GgufName> of, FamilyWeights weights, GgufTypes types)
    {
        using var scope = NewDisposeScope();
        long[] shape = Undone([.. of.Select(weight => empty(weights.ShapeOf(weight.Name), ScalarType.Float32, META))], of).shape;
        shape = of[0].Index is null ? shape : [of.Count, .. shape];
        var type = types.Of(name, shape) ?? GgufTensorType.Of("F32");
        return new GgufWrittenTensor(name, shape, type, stream =>
        {
            var place = weights.PlaceOf(of[0].Name);
            if (of[0].Index is not null || of.Count == 1) // Experts lie behind each other, so that one is held at a time.
            {
                foreach (var weight in of)
                {
                    weights.Use(weight.Name, tensor => GgufEncoder.Write(Undone([tensor], [weight]), type, place, stream));
                }

                return;
            }

            using var parts = NewDisposeScope();
            var all = of.Select(weight =>
            {
                Tensor? copy = null;
                weights.Use(weight.Name, tensor => copy = tensor.clone().MoveToOuterDisposeScope());
                return copy!;
            }).ToArray();
            GgufEncoder.Write(Undone(all, of), type, place, stream);
        });
    }

    private static Tensor Undone(Tensor[] tensors, IReadOnlyList<GgufName> of)
    {
        Tensor[] undone = [.. tensors.Zip(of, (tensor, name) => name.Change?.Undo(tensor) ?? tensor)];
        return undone.Length == 1 || of[0].Index is not null ? undone[0] : cat(undone, 1).flatten(0, -2);
    }

    private static IEnumerable<GgufWrittenTensor> Tensors(GgufNames names, FamilyWeights weights, ModelConfig config, GgufTypes types, Checkpoint stored)
    {
        var tensors = names.Tensors(weights.Names, config.Layers);
        var used = tensors.SelectMany(tensor => tensor.Weights).Select(weight => weight.Name).ToHashSet(StringComparer.Ordinal);
        if (weights.Names.Where(name => !used.Contains(name)).Order(StringComparer.Ordinal).FirstOrDefault() is { } left)
        {
            throw new PasException("the model has a weight that a GGUF file of its architecture has no place for", weights.PlaceOf(left), found: $"a tensor of {string.Join(" x ", weights.ShapeOf(left))}", remedy: "convert it to safetensors") { Code = ErrorCodes.NotSupported };
        }

        stored.EnsureUnchanged();
        return tensors.Select(tensor => Tensor(tensor.Tensor, tensor.Weights, weights, types));
    }

    /// <summary>What the file cannot say of a model, found by reading what it says.</summary>
    /// <exception cref="PasException">It would be another model, in a way that is not known of the architecture.</exception>
    private static List<string> Unsaid(ModelConfig model, ModelConfig read, GgufArchitecture architecture, string path)
    {
        var (said, unsaid) = (model, new List<string>());
        foreach (var part in architecture.Unsaid)
        {
            if (PlanComparison.Difference(said, read) is null)
            {
                break;
            }

            var without = part.Without(said);
            if (PlanComparison.Difference(said, without) is not null)
            {
                unsaid.Add($"the file cannot say: {part.Words}");
                said = without;
            }
        }

        return PlanComparison.Difference(said, read) is { } other
            ? throw new PasException("the model has something that a GGUF file of its architecture cannot say", path, $"what files of '{architecture.Name}' can", other, "convert it to safetensors") { Code = ErrorCodes.NotSupported }
            : unsaid;
    }

    /// <summary>Tensors of parts that are no part of the model that is written, by what they are of.</summary>
    public static List<string> LeftOut(IModelSource source, Checkpoint stored, ModelConfig config)
    {
        var reasons = source is GgufModel gguf ? gguf.LeftOut.Select(part => part.Reason) : stored.Names.Select(name => LeftOutWeights.Reason(name, stored, config)).OfType<string>();
        return [.. reasons.GroupBy(reason => reason, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => FormattableString.Invariant($"left out: {group.Count()} tensors, {group.Key}"))];
    }

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
}

using System.Globalization;
using PainlessSteering.Engine.Files.Gguf;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>
/// What the tensors of a GGUF file are called by the family that computes them. A key is a tensor's name without <c>.weight</c> or <c>.bias</c>, which then stands
/// behind the family's name too, or its whole name. A tensor without an entry for a name is no weight of the model; one may be several weights.
/// </summary>
/// <param name="Whole">Tensors that are not a block's.</param>
/// <param name="OfBlock">Those of a block, without what stands before them.</param>
internal sealed record GgufNames(IReadOnlyDictionary<string, GgufName[]> Whole, IReadOnlyDictionary<string, GgufName[]> OfBlock)
{
    /// <summary>What stands before the family's names of block N, with <c>{0}</c> for N.</summary>
    public string Block { get; init; } = "model.layers.{0}.";

    /// <summary>The tensors by the family's names.</summary>
    /// <param name="file">The file.</param>
    /// <param name="layers">Blocks behind these draft tokens, and are left out.</param>
    /// <exception cref="PasException">A tensor has a name that the architecture does not have, or a type that is not read.</exception>
    public IReadOnlyDictionary<string, GgufWeight> Map(IGgufContent file, int layers)
    {
        var found = new Dictionary<string, GgufWeight>(StringComparer.Ordinal);
        foreach (var tensor in file.Tensors.Values.Where(tensor => Unused(tensor.Name, layers) is null))
        {
            GgufName[] names = [.. NamesOf(file, tensor)];
            if (names.Any(name => name.Index is not null) && (tensor.Shape.Length == 0 || tensor.Shape[0] != names.Length))
            {
                throw new PasException("the tensor has another number of experts than the metadata says", file.PlaceOf(tensor), FormattableString.Invariant($"{names.Length}"), $"a shape of [{string.Join(", ", tensor.Shape)}]") { Code = ErrorCodes.FileDamaged };
            }

            foreach (var name in names)
            {
                if (tensor.Type is null)
                {
                    throw GgufRefusedTypes.Refuse(tensor, file.PlaceOf(tensor));
                }

                if (!found.TryAdd(name.Name, new GgufWeight(tensor, name.Change, name.Index)))
                {
                    throw new PasException("two tensors are the same weight", file.PlaceOf(tensor), found: $"'{found[name.Name].Tensor.Name}' too") { Code = ErrorCodes.FileDamaged };
                }
            }
        }

        return found;
    }

    /// <summary>The other way: the tensors of a file that would hold weights of the family, each with all that it is. A weight that two tensors could hold is the first's.</summary>
    /// <param name="weights">The family's names of weights.</param>
    /// <param name="layers">Blocks.</param>
    public IReadOnlyList<(string Tensor, IReadOnlyList<GgufName> Weights)> Tensors(IReadOnlySet<string> weights, int layers)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var tensors = new List<(string, IReadOnlyList<GgufName>)>();
        void Add(IReadOnlyDictionary<string, GgufName[]> names, string tensor, string before)
        {
            foreach (var (key, of) in names)
            {
                foreach (var end in new[] { "", ".weight", ".bias" })
                {
                    GgufName[] found = [.. of.Select(name => name with { Name = before + name.Name + end })];
                    if (found.Length > 0 && found.All(name => weights.Contains(name.Name) && !taken.Contains(name.Name)))
                    {
                        taken.UnionWith(found.Select(name => name.Name));
                        tensors.Add((tensor + key + end, found));
                    }
                }
            }
        }

        Add(Whole, "", "");
        for (var layer = 0; layer < layers; layer++)
        {
            Add(OfBlock, string.Create(CultureInfo.InvariantCulture, $"blk.{layer}."), string.Format(CultureInfo.InvariantCulture, Block, layer));
        }

        return tensors;
    }

    /// <summary>Tensors of parts that are left out, and why.</summary>
    public static IEnumerable<UnusedPart> Unused(IGgufContent file, int layers) => file.Tensors.Values
        .Select(tensor => (Tensor: tensor, Reason: Unused(tensor.Name, layers))).Where(tensor => tensor.Reason is not null).Select(tensor => new UnusedPart(file.PlaceOf(tensor.Tensor), tensor.Reason!));

    private static string? Unused(string tensor, int layers) =>
        tensor.StartsWith("v.", StringComparison.Ordinal) || tensor.StartsWith("mm.", StringComparison.Ordinal) ? "of the part that sees, which is left out"
        : BlockOf(tensor) is { } block && block.Number >= layers ? "of the layers that draft tokens, which are left out"
        : null;

    private static (int Number, string Part)? BlockOf(string tensor) =>
        tensor.Split('.', 3) is ["blk", var number, var part] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var block) ? (block, part) : null;

    private IEnumerable<GgufName> NamesOf(IGgufContent file, GgufTensor tensor)
    {
        if (BlockOf(tensor.Name) is not var (block, part))
        {
            return Find(Whole, tensor.Name) ?? throw NotKnown(file, tensor);
        }

        var before = string.Format(CultureInfo.InvariantCulture, Block, block);
        return (Find(OfBlock, part) ?? throw NotKnown(file, tensor)).Select(name => name with { Name = before + name.Name });
    }

    private static IEnumerable<GgufName>? Find(IReadOnlyDictionary<string, GgufName[]> names, string tensor)
    {
        if (names.TryGetValue(tensor, out var whole))
        {
            return whole;
        }

        var end = tensor.LastIndexOf('.');
        return end >= 0 && tensor[end..] is ".weight" or ".bias" && names.TryGetValue(tensor[..end], out var found) ? found.Select(name => name with { Name = name.Name + tensor[end..] }) : null;
    }

    private static PasException NotKnown(IGgufContent file, GgufTensor tensor) => new(
        "the tensor is not one of this architecture, and may change what the model computes", file.PlaceOf(tensor), found: file.Metadata.Text("general.architecture"), remedy: "get the model in another format")
    { Code = ErrorCodes.NotSupported };
}

/// <summary>What a tensor is called by its family.</summary>
/// <param name="Name">The family's name.</param>
/// <param name="Change">How the file's weight is made the family's; null where they are the same.</param>
/// <param name="Index">Which of the tensor's parts along its first dimension it is; null for the whole.</param>
internal sealed record GgufName(string Name, GgufChange? Change = null, int? Index = null);

/// <summary>A weight of the family in the file.</summary>
/// <param name="Tensor">Where it is.</param>
/// <param name="Change">See <see cref="GgufName"/>.</param>
/// <param name="Index">See <see cref="GgufName"/>.</param>
internal sealed record GgufWeight(GgufTensor Tensor, GgufChange? Change, int? Index)
{
    /// <summary>Its shape for the family.</summary>
    public long[] Shape
    {
        get
        {
            var shape = Index is null ? Tensor.Shape : Tensor.Shape[1..];
            return Change?.Shape(shape) ?? shape;
        }
    }
}

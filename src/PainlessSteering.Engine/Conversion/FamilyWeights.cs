using System.Globalization;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Sources;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Conversion;

/// <summary>
/// The weights of any checkpoint by the names that its family has for a model that is not part of a larger one and holds no two weights in one
/// tensor: one form for every published layout. Weights of parts that are left out are not among them.
/// </summary>
internal sealed class FamilyWeights
{
    private readonly Checkpoint _stored;
    private readonly Dictionary<string, (string Stored, JoinedWeight? Of, int Part)> _weights = new(StringComparer.Ordinal);

    /// <param name="stored">The weights as they are stored; not closed here.</param>
    /// <param name="config">Says what they are called there.</param>
    public FamilyWeights(Checkpoint stored, ModelConfig config)
    {
        _stored = stored;
        var plain = stored.Names.Order(StringComparer.Ordinal).Where(name => LeftOutWeights.Reason(name, stored, config) is null).ToDictionary(name => Plain(name, config), StringComparer.Ordinal);
        foreach (var joined in JoinedWeight.Of(config))
        {
            if (plain.Remove(joined.Name, out var whole))
            {
                for (var part = 0; part < joined.Parts.Count; part++)
                {
                    _weights[joined.Parts[part]] = (whole, joined, part);
                }
            }
        }

        foreach (var (name, own) in plain)
        {
            _weights[Apart(name, config)] = (own, null, 0);
        }

        if (config.TiedEmbeddings)
        {
            _weights.Remove($"{new Families.WeightNames().Head}.weight");
        }
    }

    /// <summary>The names of all.</summary>
    public IReadOnlySet<string> Names => _weights.Keys.ToHashSet(StringComparer.Ordinal);

    /// <summary>File and name of a weight, for errors.</summary>
    public string PlaceOf(string name) => _stored.PlaceOf(_weights[name].Stored);

    /// <summary>Shape of a weight.</summary>
    public long[] ShapeOf(string name)
    {
        using var scope = NewDisposeScope();
        var (own, of, part) = _weights[name];
        var shape = _stored.ShapeOf(own);
        return of is null ? shape : of.Part(empty(shape, ScalarType.Float32, META), part).shape;
    }

    /// <summary>A weight in the type that it is stored in, float32 where libtorch has no such type.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="use">Takes it; it is gone afterwards.</param>
    public void Use(string name, Action<Tensor> use)
    {
        using var scope = NewDisposeScope();
        var (own, of, part) = _weights[name];
        var weight = _stored.Stored(own);
        use(of is null ? weight.Tensor : of.Part(weight.Tensor, part));
        weight.Drop();
    }

    /// <summary>A name without the modules around the language model.</summary>
    private static string Plain(string name, ModelConfig config)
    {
        var (own, usual) = (config.Names, new Families.WeightNames());
        var rest = name.StartsWith(own.Prefix, StringComparison.Ordinal) ? name[own.Prefix.Length..] : name;
        foreach (var (from, to) in new[] { (own.Blocks, usual.Blocks), (own.Embedding, usual.Embedding), (config.FinalNorm.Name, "model.norm"), (own.Head, usual.Head) })
        {
            if (rest.StartsWith(from + ".", StringComparison.Ordinal))
            {
                return to + rest[from.Length..];
            }
        }

        return name;
    }

    /// <summary>The module of experts goes by the name that it has where there is a weight for each.</summary>
    private static string Apart(string name, ModelConfig config)
    {
        if (name.Split('.', 5) is ["model", "layers", var number, var module, var rest] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var layer) && layer < config.Layers
            && config.Blocks[layer] is SequentialBlock { FeedForward: MixtureOfExpertsPlan { NameOfParted: { } parted } plan } && plan.Name == module)
        {
            return $"model.layers.{number}.{parted}.{rest}";
        }

        return name;
    }
}

using PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised;

/// <summary>A layout of tensors that compressed-tensors has.</summary>
internal abstract class CompressedLayout
{
    /// <summary>Its names in a configuration.</summary>
    public abstract IReadOnlyList<string> Formats { get; }

    /// <summary>The weight that a stored tensor has the codes of; null where it has none of this layout.</summary>
    public abstract CodedWeight? Weight(WeightParts parts, IReadOnlyList<CompressedScheme> schemes);

    /// <summary>The scale of a weight, as the schemes have it that go with its shape; more than one may, if they mean the same.</summary>
    /// <param name="parts">The weight's tensors.</param>
    /// <param name="shape">The weight's shape.</param>
    /// <param name="schemes">Those that may be its own.</param>
    /// <param name="types">What its scale may be stored in.</param>
    protected static (TileSteps Scales, CompressedScheme Scheme, int Group) Scales(WeightParts parts, long[] shape, IEnumerable<CompressedScheme> schemes, params ReadOnlySpan<string> types)
    {
        var scale = parts.Require($"{parts.Module}.weight_scale").Typed(types);
        var candidates = schemes.ToList();
        var tiles = candidates.Where(scheme => scheme.Tile(shape) is { } tile ? TileSteps.Fits(scale, shape, tile.Rows, tile.Columns) : scale.Elements == 1).DistinctBy(scheme => scheme.Tile(shape)).ToList();
        if (tiles is not [var scheme])
        {
            throw scale.WrongShape(candidates.Count == 0 ? $"none: the configuration has no scheme for codes of type {parts.Codes.Type}" : $"the shape of exactly one scheme of the configuration ({string.Join("; ", candidates)}) for a weight of {string.Join(" x ", shape)}");
        }

        return scheme.Tile(shape) is var (rows, columns)
            ? (TileSteps.Of(scale, shape, rows, columns), scheme, (int)Math.Min(columns, shape[^1]))
            : (TileSteps.One(scale, shape), scheme, (int)shape[^1]);
    }

    /// <summary>The tensor of zero points; null where they are 0.</summary>
    protected static StoredTensor? ZeroPoint(WeightParts parts, CompressedScheme scheme)
    {
        var name = $"{parts.Module}.weight_zero_point";
        return scheme.IsSymmetric ? parts.Find(name) : parts.Require(name);
    }

    /// <summary>Zero points that are stored as they are; null where they are 0.</summary>
    protected static TileSteps? Zeros(WeightParts parts, long[] shape, CompressedScheme scheme, string type)
    {
        if (ZeroPoint(parts, scheme)?.Typed(type) is not { } zero)
        {
            return null;
        }

        return scheme.Tile(shape) is var (rows, columns) ? TileSteps.Of(zero, shape, rows, columns) : TileSteps.One(zero, shape);
    }
}

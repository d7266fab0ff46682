using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised;

/// <summary>compressed-tensors, as vLLM's tools write it: one configuration for many layouts of tensors, each of which is a file here.</summary>
internal sealed class CompressedTensors : QuantisedFormat
{
    private const string Mixed = "mixed-precision", Dense = "dense";

    /// <summary>Every layout. A new one is one file and one entry here.</summary>
    private static readonly IReadOnlyList<CompressedLayout> Layouts = [new CompressedBytes(), new CompressedWords(), new CompressedNvfp4(), new CompressedMxfp4()];

    private readonly IReadOnlyList<CompressedScheme> _schemes;

    /// <summary>The names of all layouts.</summary>
    public static IReadOnlyList<string> Formats { get; } = [.. Layouts.SelectMany(layout => layout.Formats), Mixed];

    public CompressedTensors(ConfigFile settings)
    {
        OneOf(settings, "format", [Dense, .. Formats]);
        _schemes = [.. settings.Sections("config_groups").Select(Scheme)];
        if (settings.Section("sparsity_config") is { } sparsity)
        {
            OneOf(sparsity, "format", Dense);
            sparsity.Ignore(Quantising, "ignore", "targets", "sparsity_structure", "global_sparsity", "registry_requires_subclass");
        }

        settings.Ignore(TensorsSay, "ignore", "quantization_status");
        settings.Ignore("the cache is not quantised", "kv_cache_scheme");
        settings.Ignore("describes the model", "version", "global_compression_ratio");
    }

    public override string Mark => $"compressed-tensors ({string.Join("; ", _schemes)})";

    public override CodedWeight? Weight(WeightParts parts) => Layouts.Select(layout => layout.Weight(parts, _schemes)).FirstOrDefault(weight => weight is not null);

    private static CompressedScheme Scheme(ConfigFile group)
    {
        group.Ignore(TensorsSay, "targets");
        group.Ignore(Activations, "input_activations", "output_activations");
        OneOf(group, "format", [Dense, .. Formats]);
        var weights = group.Section("weights") ?? throw group.Missing("weights");
        weights.Ignore(Quantising, "observer", "observer_kwargs");
        weights.Ignore(TensorsSay, "scale_dtype", "zp_dtype");
        NotSet(weights, "dynamic");
        return new CompressedScheme(
            weights.Int("num_bits", most: 8),
            OneOf(weights, "type", "int", "float"),
            weights.Has("strategy") ? OneOf(weights, "strategy", "tensor", "channel", "group", "block", "tensor_group") : throw weights.Missing("strategy"),
            GroupSize(weights),
            Block(weights),
            weights.Flag("symmetric", true),
            IsOrdered(weights));
    }

    private static IReadOnlyList<int> Block(ConfigFile weights)
    {
        const string Key = "block_structure";
        var block = weights.Ints(Key);
        return block is [] or [> 0, > 0] ? block : throw Refused(weights, Key, string.Join(", ", block), "rows and columns of a tile");
    }

    /// <summary>Whether inputs lie in another order than that of the groups. Other orders were undone when the weight was written.</summary>
    private static bool IsOrdered(ConfigFile weights)
    {
        const string Key = "actorder";
        return weights.IsText(Key) ? OneOf(weights, Key, "group", "weight", "static", "dynamic") is "group" or "dynamic" : weights.Flag(Key);
    }
}

/// <summary>How some of a model's weights are quantised.</summary>
/// <param name="Bits">Of a code.</param>
/// <param name="Type">Whether codes are numbers with a point: <c>int</c> or <c>float</c>.</param>
/// <param name="Strategy">What shares a scale.</param>
/// <param name="Group">Inputs that do, where groups do.</param>
/// <param name="Block">Rows and columns that do, where tiles do.</param>
/// <param name="IsSymmetric">Whether zero points are 0, and may be left out.</param>
/// <param name="IsOrdered">Whether groups may be of inputs that are not consecutive.</param>
internal sealed record CompressedScheme(int Bits, string Type, string Strategy, int? Group, IReadOnlyList<int> Block, bool IsSymmetric, bool IsOrdered)
{
    /// <summary>Rows and columns that share a scale in a weight of this shape; null for all.</summary>
    public (long Rows, long Columns)? Tile(long[] shape) => Strategy switch
    {
        "tensor" => null,
        "block" when Block.Count == 2 => (Block[0], Block[1]),
        "group" or "tensor_group" when Group is { } group => (1, group),
        _ => (1, shape[^1]),
    };

    public override string ToString() => FormattableString.Invariant($"{Type}{Bits} by {Strategy}{(Group is { } group ? $" of {group}" : "")}{(Block.Count > 0 ? " of " + string.Join(" x ", Block) : "")}");
}

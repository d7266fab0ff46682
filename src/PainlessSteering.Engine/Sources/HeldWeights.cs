using PainlessSteering.Engine.Weights;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Sources;

/// <summary>What the weights of a model take in memory once they are held, and on the way there, by the shapes and types in the headers of its files alone.</summary>
/// <param name="Bytes">Of all weights as they are held; parts of a mapped file that are used from there count too.</param>
/// <param name="Loading">The most that is needed besides while one of them is loaded.</param>
internal readonly record struct HeldWeights(long Bytes, long Loading)
{
    /// <summary>Float32 copies of rows and slices, of which each processor may have some.</summary>
    private const long Slices = 8L << 20;

    /// <param name="weights">The weights.</param>
    /// <param name="config">Says which of them are embedding and head.</param>
    /// <param name="type">The type computed in.</param>
    /// <param name="format">How matrices are held.</param>
    /// <param name="onCpu">Blocks and numbers of two bytes are held as they are only there.</param>
    public static HeldWeights Of(Checkpoint weights, ModelConfig config, ScalarType type, WeightFormat format, bool onCpu)
    {
        config = StoredConfig.Named(config, weights);
        string head = StoredConfig.NameOf(config), embedding = StoredConfig.EmbeddingOf(config);
        var (sum, loading) = (0L, 0L);
        foreach (var name in weights.Names.Where(name => LeftOutWeights.Reason(name, weights, config) is null && !(config.TiedEmbeddings && name == head)))
        {
            var (shape, form) = (weights.ShapeOf(name), weights.FormOf(name));
            var held = shape.Length < 2 ? Plain(shape, type) : name == embedding ? OfEmbedding(shape, form, type, format, onCpu) : Of(shape, form, type, name == head ? OfHead(format) : format, onCpu);
            sum += held + (config.TiedEmbeddings && name == embedding && !HasTiedHead(type, format) ? Of(shape, form, type, OfHead(format), onCpu) : 0);
            loading = Math.Max(loading, form.IsFileView && held == Stored(shape, form) ? 0 : Slices + (form.Type is null || format is WeightFormat.EightBit or WeightFormat.FourBit ? Widened(shape, form, type) : Stored(shape, form)));
        }

        return new(sum, loading);
    }

    /// <summary>Whether the head is the embedding in memory too.</summary>
    private static bool HasTiedHead(ScalarType type, WeightFormat format) =>
        format is WeightFormat.Full or WeightFormat.Stored || (format == WeightFormat.BFloat16 && type == ScalarType.BFloat16);

    private static WeightFormat OfHead(WeightFormat format) => format == WeightFormat.FourBit ? WeightFormat.EightBit : format;

    private static long OfEmbedding(long[] shape, StoredForm form, ScalarType type, WeightFormat format, bool onCpu) =>
        Of(shape, format is WeightFormat.EightBit or WeightFormat.FourBit ? form with { Blocks = null } : form, type, format is WeightFormat.Full or WeightFormat.BFloat16 ? WeightFormat.Full : WeightFormat.Stored, onCpu);

    private static long Of(long[] shape, StoredForm form, ScalarType type, WeightFormat format, bool onCpu) => format switch
    {
        WeightFormat.BFloat16 => Plain(shape, ScalarType.BFloat16),
        WeightFormat.EightBit => QuantisedWeight.BytesOf(shape, 8),
        WeightFormat.FourBit => QuantisedWeight.BytesOf(shape, 4),
        _ when onCpu && Libtorch.IsAvailable && form.Blocks is not null => Stored(shape, form),
        WeightFormat.Stored when onCpu && Libtorch.IsAvailable && form.Type is { } stored && HalfBlocks.Of(stored, shape[^1]) is not null => Stored(shape, form),
        _ => Plain(shape, type),
    };

    private static long Plain(long[] shape, ScalarType type) => Numbers(shape) * type switch { ScalarType.Float64 => 8, ScalarType.Float32 => 4, _ => 2 };

    private static long Stored(long[] shape, StoredForm form) => form.Blocks is { } blocks ? blocks.Bytes(Numbers(shape)) : Plain(shape, form.Type ?? ScalarType.Float32);

    /// <summary>A weight as it is while its numbers are rounded: what its files have blocks or codes for is widened whole.</summary>
    private static long Widened(long[] shape, StoredForm form, ScalarType type) => Plain(shape, form.Blocks is not null ? ScalarType.Float32 : form.Type ?? (type == ScalarType.BFloat16 ? type : ScalarType.Float32));

    /// <summary>How many numbers a weight of this shape has.</summary>
    public static long Numbers(long[] shape) => shape.Aggregate(1L, (product, size) => checked(product * size));
}

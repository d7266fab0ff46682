using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace PainlessSteering.Models.Kernels;

/// <summary>A weight in the layout of oneDNN's matrix kernels.</summary>
internal sealed class PackedWeight : WeightForm
{
    /// <summary>Of each shape and type that was packed, whether what came out was what went in.</summary>
    private static readonly ConcurrentDictionary<(long Outputs, long Inputs, ScalarType Type), bool> Faithful = new();

    private readonly Tensor _packed;

    private PackedWeight(Tensor packed, long bytes) => (_packed, Bytes) = (packed, bytes);

    /// <summary>Whether oneDNN is there, and faster than what libtorch would take for a type.</summary>
    public static bool IsFaster(ScalarType type) =>
        Libtorch.IsAvailable && CpuFeatures.IsX64 && (type == ScalarType.BFloat16 || (type == ScalarType.Float32 && !CpuFeatures.IsIntel));

    /// <inheritdoc/>
    public override long Bytes { get; }

    /// <summary>
    /// Copies a weight into the packed layout, at about 1 GB/s. On some processors oneDNN 3.7 writes zeros where weights belong (seen on
    /// Zen 5 in float32: 96 outputs on one thread, 64 or 256 on three), so the first weight of each shape is unpacked and compared. Which shapes
    /// depends on the number of threads, so all are packed on one.
    /// </summary>
    /// <param name="weight">[out, in] float32 or bfloat16, on the CPU.</param>
    /// <returns>The packed weight; null where a weight of this shape is not packed faithfully.</returns>
    public static PackedWeight? TryPack(Tensor weight)
    {
        var shape = (weight.size(0), weight.size(1), weight.dtype);
        if (Faithful.TryGetValue(shape, out var faithful) && !faithful)
        {
            return null;
        }

        var packed = new PackedWeight(Reorder(weight), weight.numel() * weight.element_size());
        if (Faithful.GetOrAdd(shape, _ => packed.Equals(weight)))
        {
            return packed;
        }

        packed.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public override Tensor Multiply(Tensor rows, Tensor? bias) =>
        rows.numel() > 0 ? Libtorch.Product(rows, _packed, bias) : rows.new_empty([.. rows.shape[..^1], _packed.size(0)]);

    /// <inheritdoc/>
    public override Tensor Restore(ScalarType type)
    {
        using var scope = NewDisposeScope();
        return Libtorch.Call("aten::to_dense", _packed, 0, 0).to(type).MoveToOuterDisposeScope();
    }

    public override void Dispose() => _packed.Dispose();

    private static Tensor Reorder(Tensor weight)
    {
        using var one = new ThreadCount(1);
        return Libtorch.Call("mkldnn::_reorder_linear_weight", weight, 0).DetachFromDisposeScope();
    }

    private bool Equals(Tensor weight)
    {
        using var restored = Restore(weight.dtype);
        return restored.Equals(weight);
    }
}

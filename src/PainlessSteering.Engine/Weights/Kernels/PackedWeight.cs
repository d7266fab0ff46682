using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>A weight in the layout of oneDNN's matrix kernels. Few rows are multiplied by a kernel of ours, where it gives the same bits.</summary>
internal sealed class PackedWeight : WeightForm
{
    /// <summary>So many products show another order of sums: in bfloat16 one of 2 000 is then other than oneDNN's.</summary>
    private const int ProductsCompared = 1 << 14;

    /// <summary>Of each shape and type that was packed, whether what came out was what went in.</summary>
    private static readonly ConcurrentDictionary<(long Outputs, long Inputs, ScalarType Type), bool> Faithful = new();

    private readonly Tensor _packed;
    private readonly ScalarType _type;
    private readonly PackedKernel.Packed? _read; // As our kernel reads it.

    private PackedWeight(Tensor packed, Tensor weight)
    {
        (_packed, _type, Bytes) = (packed, weight.dtype, weight.numel() * weight.element_size());
        _read = PackedKernel.Reading(packed, weight) is { } read && GivesSameBits(read, weight) ? read : null;
    }

    /// <summary>Whether oneDNN is there, and faster than what libtorch would take for a type.</summary>
    public static bool IsFaster(ScalarType type) =>
        Libtorch.IsAvailable && CpuFeatures.IsX64 && (type == ScalarType.BFloat16 || (type == ScalarType.Float32 && !CpuFeatures.IsIntel));

    /// <inheritdoc/>
    public override long Bytes { get; }

    /// <summary>Whether some outputs' rows can be had without unpacking all.</summary>
    public bool GivesRows => _read is not null;

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

        var packed = new PackedWeight(Reorder(weight), weight);
        if (Faithful.GetOrAdd(shape, _ => packed.Equals(weight)))
        {
            return packed;
        }

        packed.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public override Tensor Restore(ScalarType type)
    {
        using var scope = NewDisposeScope();
        return Libtorch.Call("aten::to_dense", _packed, 0, 0).to(type).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Restore(Tensor outputs, ScalarType type)
    {
        if (_read is not { } weight)
        {
            return base.Restore(outputs, type);
        }

        using var scope = NewDisposeScope();
        var rows = empty([outputs.numel(), weight.Inputs], _type);
        PackedKernel.CopyRows(weight, outputs, rows);
        return rows.to(type).MoveToOuterDisposeScope();
    }

    public override void Dispose() => _packed.Dispose();

    /// <inheritdoc/>
    protected override Tensor Product(Tensor rows, Tensor? bias)
    {
        if (rows.size(0) == 0)
        {
            return rows.new_empty(0, _packed.size(0));
        }

        return _read is { } weight && rows.size(0) <= PackedKernel.MostRows && rows.is_contiguous()
            ? PackedKernel.Multiply(rows, weight, bias)
            : Libtorch.Product(rows, _packed, bias);
    }

    private static Tensor Reorder(Tensor weight)
    {
        using var one = new ThreadCount(1);
        return Libtorch.Call("mkldnn::_reorder_linear_weight", weight, 0).DetachFromDisposeScope();
    }

    /// <summary>
    /// Whether our kernel makes of random rows what oneDNN makes of them, to the last bit: then it reads each weight where it is. On several
    /// threads oneDNN may part the inputs of a few rows between them, and then adds up in another order than for more rows.
    /// </summary>
    private bool GivesSameBits(PackedKernel.Packed read, Tensor weight)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1, weight.device);
        Tensor Random(params long[] shape) => randn(shape, weight.dtype, weight.device, generator: generator);
        var (rows, bias) = (Random((ProductsCompared / weight.size(0)) + 1, weight.size(1)), Random(weight.size(0)));
        return rows.split(PackedKernel.MostRows).All(few => PackedKernel.Multiply(few, read, bias).Equals(Libtorch.Product(few, _packed, bias)));
    }

    /// <summary>Whether it is the weight, in slices where rows can be had: unpacking a head would take as much memory again.</summary>
    private bool Equals(Tensor weight) => GivesRows ? RowSlices.Of(weight.shape, 1).All(slice => Equals(weight, slice.First, slice.Count)) : Equals(weight, 0, weight.size(0));

    private bool Equals(Tensor weight, long first, long count)
    {
        using var scope = NewDisposeScope();
        var rows = GivesRows ? Restore(tensor([.. Enumerable.Range((int)first, (int)count)]), _type) : Restore(_type);
        return rows.Equals(weight.narrow(0, first, count));
    }
}

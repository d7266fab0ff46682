using PainlessSteering.Engine.Files.Gguf;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>
/// A weight in the blocks that a file holds it in. Its numbers are those that the file's are widened to, exactly: only the order of sums depends on how many
/// rows are multiplied. On the CPU.
/// </summary>
internal sealed class BlockWeight : WeightForm
{
    /// <summary>From so many rows on, a product of libtorch's with widened outputs is faster than ours.</summary>
    private const int RowsWorthWidening = 16;

    /// <summary>Numbers that are widened at once: they stay in the processor's second cache until they are multiplied.</summary>
    private const int TileNumbers = 1 << 18;

    private readonly Tensor _blocks; // [out, bytes of a row], or [out, in] of two bytes each
    private readonly BlockKernel.Packed _packed;

    /// <param name="blocks">[out, bytes of a row], or [out, in] of the type that the blocks are made of; contiguous, on the CPU; the weight's own from here on.</param>
    /// <param name="type">Type of the blocks.</param>
    public unsafe BlockWeight(Tensor blocks, BlockType type)
    {
        _blocks = blocks;
        _packed = new((byte*)Libtorch.Address(blocks), type, (int)blocks.size(0), checked((int)type.Numbers(blocks.size(1) * blocks.element_size())));
    }

    /// <summary>[out, in], where the blocks are nothing but numbers, of two bytes each; null where they are not.</summary>
    public Tensor? Numbers => _blocks.dtype == ScalarType.Byte ? null : _blocks;

    /// <inheritdoc/>
    public override long Bytes => _blocks.numel() * _blocks.element_size();

    /// <inheritdoc/>
    public override Tensor Restore(ScalarType type) => Widened(_packed, 0, _packed.Outputs, type);

    /// <inheritdoc/>
    public override unsafe Tensor Restore(Tensor outputs, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var taken = _blocks.index_select(0, outputs);
        var packed = _packed.With((byte*)Libtorch.Address(taken), (int)taken.size(0));
        return Widened(packed, 0, packed.Outputs, type).MoveToOuterDisposeScope();
    }

    public override void Dispose() => _blocks.Dispose();

    /// <inheritdoc/>
    protected override Tensor Product(Tensor rows, Tensor? bias)
    {
        if (rows.size(0) is > 0 and < RowsWorthWidening && Libtorch.IsPlain(rows))
        {
            return BlockKernel.Multiply(rows, _packed, bias);
        }

        using var scope = NewDisposeScope();
        var computed = CpuFeatures.Emulates(rows.dtype, CPU) ? rows.to(ScalarType.Float32) : rows;
        var product = rows.new_empty(rows.size(0), _packed.Outputs);
        var step = Math.Max(16, TileNumbers / _packed.Inputs / 16 * 16);
        for (var first = 0; first < _packed.Outputs; first += step)
        {
            using var tile = NewDisposeScope();
            var count = Math.Min(step, _packed.Outputs - first);
            var weight = Widened(_packed, first, count, computed.dtype);
            PlainWeight.ProductInto(product.narrow(1, first, count), computed, weight, bias?.narrow(0, first, count).to(computed.dtype));
        }

        return product.MoveToOuterDisposeScope();
    }

    private static Tensor Widened(in BlockKernel.Packed packed, int first, int count, ScalarType type)
    {
        // Others than these two are had from float32, which has every number of every type.
        var wide = empty([count, packed.Inputs], type is ScalarType.BFloat16 ? type : ScalarType.Float32);
        BlockKernel.Widen(packed, first, wide);
        return wide.to(type);
    }
}

using static TorchSharp.torch;

namespace PainlessSteering.Models.Kernels;

/// <summary>
/// A weight in 4 bits: of every 64 consecutive inputs of an output, integers q of 0 to 15, a scale and a zero in bfloat16, so that
/// w = (q - 8) scale + zero. Few bfloat16 rows are multiplied as it is, more after widening it.
/// </summary>
internal sealed class Int4Weight : WeightForm
{
    private const int GroupSize = 64, RowsWorthWidening = 48;
    private static readonly TorchSharp.Scalar Middle = 8, Greatest = 15;

    private readonly Tensor _nibbles;       // [out, in / 2] bytes to the kernel; see the layout
    private readonly Tensor _scaleAndZeros; // [in / group, out, 2] bfloat16
    private readonly long _outputs, _inputs; // Without what fills the last block and group.

    private Int4Weight(Tensor nibbles, Tensor scaleAndZeros, long outputs, long inputs) =>
        (_nibbles, _scaleAndZeros, _outputs, _inputs) = (nibbles, scaleAndZeros, outputs, inputs);

    /// <inheritdoc/>
    public override long Bytes => _nibbles.numel() + (_scaleAndZeros.numel() * sizeof(ushort));

    /// <summary>Rounds a weight to the nearest steps between the least and the greatest value of each group.</summary>
    /// <param name="weight">[out, in] of floating point.</param>
    public static Int4Weight Quantise(Tensor weight)
    {
        using var scope = NewDisposeScope();
        var block = Int4Layout.Block;
        long outputs = weight.shape[0], inputs = weight.shape[1], blocks = (outputs + block - 1) / block, groups = (inputs + GroupSize - 1) / GroupSize;
        var nibbles = empty([blocks, groups * GroupSize, block / 2], ScalarType.Byte, weight.device);
        var scaleAndZeros = empty([groups, blocks * block, 2], ScalarType.BFloat16, weight.device);
        foreach (var (first, count) in RowSlices.Of([blocks * block, groups * GroupSize], block))
        {
            using var sliceScope = NewDisposeScope();
            var present = weight.narrow(0, first, Math.Min(count, outputs - first)).to(ScalarType.Float32);
            var padded = nn.functional.pad(present, [0, (groups * GroupSize) - inputs, 0, count - present.shape[0]]);
            var grouped = padded.view(count, groups, GroupSize);
            var (least, greatest) = (grouped.amin([2L], true), grouped.amax([2L], true));
            var scale = (greatest - least).div_(Greatest).to(ScalarType.BFloat16);
            var step = scale.to(ScalarType.Float32);
            var zero = least.add(step, Middle).to(ScalarType.BFloat16);
            var integers = ((grouped - zero.to(ScalarType.Float32)) / step.where(step.gt(Scalars.Zero), ones_like(step))).round_().add_(Middle, Scalars.One).clamp_(Scalars.Zero, Greatest);
            nibbles.narrow(0, first / block, count / block).copy_(Int4Layout.Pack(integers.to(ScalarType.Byte).view(count, -1), block));
            scaleAndZeros.narrow(1, first, count).copy_(cat([scale, zero], 2).transpose(0, 1));
        }

        return new Int4Weight(nibbles.view(blocks * block, -1).DetachFromDisposeScope(), scaleAndZeros.DetachFromDisposeScope(), outputs, inputs);
    }

    /// <inheritdoc/>
    public override Tensor Multiply(Tensor rows, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var flat = rows.reshape(-1, _inputs);
        var product = flat.dtype == ScalarType.BFloat16 && flat.shape[0] is > 0 and < RowsWorthWidening && Int4Layout.HasKernel
            ? Libtorch.Call("aten::_weight_int4pack_mm_for_cpu", Filled(flat), _nibbles, GroupSize, _scaleAndZeros).narrow(1, 0, _outputs)
            : PlainWeight.Product(flat, Restore(flat.dtype), null);
        return (bias is null ? product : product.add_(bias, Scalars.One)).reshape([.. rows.shape[..^1], _outputs]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Restore(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var groups = _scaleAndZeros.shape[0];
        var wide = Int4Layout.Unpack(_nibbles.view(-1, groups * GroupSize, Int4Layout.Block / 2)).to(type).view(groups, GroupSize, -1); // [group, input of it, out]
        wide.sub_(Middle).mul_(_scaleAndZeros.select(2, 0).unsqueeze(1).to(type)).add_(_scaleAndZeros.select(2, 1).unsqueeze(1).to(type), Scalars.One);
        return wide.view(groups * GroupSize, -1).narrow(0, 0, _inputs).narrow(1, 0, _outputs).t().MoveToOuterDisposeScope();
    }

    public override void Dispose()
    {
        _nibbles.Dispose();
        _scaleAndZeros.Dispose();
    }

    /// <summary>Rows with zeros for the inputs that fill the last group.</summary>
    private Tensor Filled(Tensor rows) => _inputs % GroupSize == 0 ? rows.contiguous() : nn.functional.pad(rows, [0, GroupSize - (_inputs % GroupSize)]);
}

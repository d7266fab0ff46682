using static TorchSharp.torch;

namespace PainlessSteering.Models.Kernels;

/// <summary>
/// A weight in 8 bits: integers of -127 to 127 and one bfloat16 scale for each output. Few bfloat16 rows are multiplied as it is, more
/// after widening it.
/// </summary>
internal sealed class Int8Weight : WeightForm
{
    private const int RowsWorthWidening = 24;
    private static readonly TorchSharp.Scalar Least = -127, Greatest = 127;

    private readonly Tensor _integers; // [out, in] int8
    private readonly Tensor _scales;   // [out] bfloat16

    private readonly bool _fitsKernel;       // libtorch's reads whole vectors, beyond the end if need be.

    private Int8Weight(Tensor integers, Tensor scales)
    {
        (_integers, _scales) = (integers, scales);
        _fitsKernel = Libtorch.IsAvailable && CpuFeatures.IsX64 && integers.shape[0] % 16 == 0 && integers.shape[1] % 32 == 0;
    }

    /// <inheritdoc/>
    public override long Bytes => _integers.numel() + (_scales.numel() * sizeof(ushort));

    /// <summary>Rounds a weight to the nearest steps.</summary>
    /// <param name="weight">[out, in] of floating point.</param>
    public static Int8Weight Quantise(Tensor weight)
    {
        using var scope = NewDisposeScope();
        var integers = empty(weight.shape, ScalarType.Int8, weight.device);
        var scales = empty([weight.shape[0]], ScalarType.BFloat16, weight.device);
        foreach (var (first, count) in RowSlices.Of(weight.shape, 1))
        {
            using var sliceScope = NewDisposeScope();
            var wide = weight.narrow(0, first, count).to(ScalarType.Float32);
            var scale = scales.narrow(0, first, count);
            scale.copy_(wide.abs().amax([1L]).div_(Greatest));
            var step = scale.to(ScalarType.Float32).unsqueeze(1);
            integers.narrow(0, first, count).copy_(wide.div(step.where(step.gt(Scalars.Zero), ones_like(step))).round_().clamp_(Least, Greatest));
        }

        return new Int8Weight(integers.DetachFromDisposeScope(), scales.DetachFromDisposeScope());
    }

    /// <inheritdoc/>
    public override Tensor Multiply(Tensor rows, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var flat = rows.reshape(-1, _integers.shape[1]);
        var product = flat.dtype == ScalarType.BFloat16 && flat.shape[0] is > 0 and < RowsWorthWidening && _fitsKernel
            ? Libtorch.Call("aten::_weight_int8pack_mm", flat, _integers, _scales)
            : PlainWeight.Product(flat, _integers.to(flat.dtype), null).mul_(_scales.to(flat.dtype)); // The integers are exact in bfloat16 too.
        return (bias is null ? product : product.add_(bias, Scalars.One)).view([.. rows.shape[..^1], _integers.shape[0]]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Restore(ScalarType type) => Widen(_integers, _scales, type);

    /// <inheritdoc/>
    public override Tensor Restore(Tensor outputs, ScalarType type) => Widen(_integers.index_select(0, outputs), _scales.index_select(0, outputs), type);

    public override void Dispose()
    {
        _integers.Dispose();
        _scales.Dispose();
    }

    private static Tensor Widen(Tensor integers, Tensor scales, ScalarType type) => integers.to(type).mul_(scales.to(type).unsqueeze(1));
}

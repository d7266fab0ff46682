using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>
/// A weight as integers q of few bits, and a scale and a zero in bfloat16 for each group of consecutive inputs of an output:
/// w = (q - 2^(bits - 1)) scale + zero. Few rows are multiplied as it is, more after widening it.
/// </summary>
internal sealed class QuantisedWeight : WeightForm
{
    /// <summary>From so many rows on, widening the weight costs less than products in float32.</summary>
    private const int RowsWorthWidening = 24;

    /// <summary>Of the inputs that share a scale, where they are not all of an output's.</summary>
    private const int GroupSize = 64;

    private static readonly TorchSharp.Scalar LargestOf8 = 127, StepsOf4 = 15, MiddleOf4 = 8, Block = QuantisedLayout.Block;

    private readonly Tensor _words;          // [blocks, words of an output, outputs of a block] int32; see the layout
    private readonly Tensor _steps;          // [blocks, groups, 2, outputs of a block] bfloat16: scales, zeros
    private readonly QuantisedKernel.Packed _packed; // The same, as kernels read it; on the CPU.
    private readonly TorchSharp.Scalar _middle, _greatest;
    private readonly int _bits, _outputs, _inputs, _group; // Outputs and inputs without what fills the last block and group.

    private unsafe QuantisedWeight(Tensor weight, int bits, int group)
    {
        (_bits, _outputs, _inputs, _group) = (bits, (int)weight.size(0), (int)weight.size(1), group);
        _middle = 1 << (bits - 1);
        _greatest = (1 << bits) - 1;
        long blocks = Filled(_outputs, QuantisedLayout.Block) / QuantisedLayout.Block, groups = Filled(_inputs, group) / group;
        _words = empty([blocks, groups * group * bits / 32, QuantisedLayout.Block], ScalarType.Int32, weight.device);
        _steps = empty([blocks, groups, 2, QuantisedLayout.Block], ScalarType.BFloat16, weight.device);
        _packed = new()
        {
            Words = (uint*)Libtorch.Address(_words),
            Steps = (ushort*)Libtorch.Address(_steps),
            Bits = bits,
            Blocks = (int)blocks,
            Outputs = _outputs,
            Groups = (int)groups,
            GroupSize = group,
        };
    }

    /// <summary>The integers, for tests.</summary>
    internal Tensor Words => _words;

    /// <summary>Scales and zeros, for tests.</summary>
    internal Tensor Steps => _steps;

    /// <inheritdoc/>
    public override long Bytes => (_words.numel() * sizeof(int)) + (_steps.numel() * sizeof(ushort));

    /// <summary>Bytes of a weight of a shape.</summary>
    /// <param name="shape">[…, out, in]</param>
    /// <param name="bits">8 or 4.</param>
    public static long BytesOf(long[] shape, int bits)
    {
        var outputs = shape[..^1].Aggregate(1L, (product, size) => checked(product * size));
        long filled = (outputs + QuantisedLayout.Block - 1) / QuantisedLayout.Block * QuantisedLayout.Block, group = bits == 4 ? GroupSize : Filled((int)shape[^1], QuantisedLayout.Block);
        var groups = (shape[^1] + group - 1) / group;
        return filled * groups * ((group * bits / 8) + (2 * sizeof(ushort)));
    }

    /// <summary>Rounds a weight to the nearest of 255 steps around 0 that reach the greatest of each output.</summary>
    /// <param name="weight">[out, in] of floating point.</param>
    public static QuantisedWeight EightBit(Tensor weight) => new QuantisedWeight(weight, 8, Filled((int)weight.size(1), QuantisedLayout.Block)).Fill(weight, grouped =>
    {
        var scale = grouped.abs().amax([2L]).div_(LargestOf8).to(ScalarType.BFloat16);
        return (scale, zeros_like(scale));
    });

    /// <summary>Rounds a weight to the nearest of 16 steps between the least and the greatest of each 64 inputs of an output.</summary>
    /// <param name="weight">[out, in] of floating point.</param>
    public static QuantisedWeight FourBit(Tensor weight) => new QuantisedWeight(weight, 4, GroupSize).Fill(weight, grouped =>
    {
        var (least, greatest) = (grouped.amin([2L]), grouped.amax([2L]));
        var scale = (greatest - least).div_(StepsOf4).to(ScalarType.BFloat16);
        return (scale, least.add(scale.to(ScalarType.Float32), MiddleOf4).to(ScalarType.BFloat16));
    });

    /// <inheritdoc/>
    public override Tensor Restore(ScalarType type)
    {
        if (_words.device_type == TorchSharp.DeviceType.CPU && type is ScalarType.Float32 or ScalarType.BFloat16)
        {
            var wide = empty([_outputs, _inputs], type);
            QuantisedKernel.Widen(_packed, wide);
            return wide;
        }

        return Widened(_words, _steps, type).narrow(0, 0, _outputs);
    }

    /// <inheritdoc/>
    public override Tensor Restore(Tensor outputs, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var (blocks, within) = (outputs.div(Block, RoundingMode.floor), outputs.remainder(Block));
        var taken = Widened(_words.index_select(0, blocks), _steps.index_select(0, blocks), type).view(-1, QuantisedLayout.Block, _inputs);
        return taken.gather(1, within.view(-1, 1, 1).expand(-1, 1, _inputs)).squeeze(1).MoveToOuterDisposeScope();
    }

    public override void Dispose()
    {
        _words.Dispose();
        _steps.Dispose();
    }

    /// <inheritdoc/>
    protected override Tensor Product(Tensor rows, Tensor? bias)
    {
        // For one row what stands around a kernel costs as much as the kernel: no scope, no tensor that is not needed.
        var few = rows.size(0) is > 0 and < RowsWorthWidening;
        if (few && Libtorch.IsPlain(rows))
        {
            return _bits == 4 ? FourBitKernel.Multiply(rows, _packed, bias) : EightBitKernel.Multiply(rows, _packed, bias);
        }

        using var scope = NewDisposeScope();
        return (few && !rows.is_contiguous() ? Product(rows.contiguous(), bias) : PlainWeight.Product(rows, Restore(rows.dtype), bias)).MoveToOuterDisposeScope();
    }

    private static int Filled(int count, int whole) => (count + whole - 1) / whole * whole;

    /// <param name="weight">[out, in]</param>
    /// <param name="steps">From groups [out, groups, group] of float32 to their scales and zeros, [out, groups] bfloat16.</param>
    private QuantisedWeight Fill(Tensor weight, Func<Tensor, (Tensor Scales, Tensor Zeros)> steps)
    {
        if (weight.device_type == TorchSharp.DeviceType.CPU && weight.dtype is ScalarType.BFloat16 or ScalarType.Float16 or ScalarType.Float32 && weight.is_contiguous())
        {
            QuantisingKernel.Fill(weight, _packed);
            return this;
        }

        long blocks = _words.size(0), groups = _steps.size(1);
        foreach (var (first, count) in RowSlices.Of([blocks * QuantisedLayout.Block, groups * _group], QuantisedLayout.Block))
        {
            using var scope = NewDisposeScope();
            var present = weight.narrow(0, first, Math.Min(count, _outputs - first)).to(ScalarType.Float32);
            var grouped = nn.functional.pad(present, [0, (groups * _group) - _inputs, 0, count - present.size(0)]).view(count, groups, _group);
            var (scales, zeros) = steps(grouped);
            var step = scales.to(ScalarType.Float32).unsqueeze(2);
            var integers = (grouped - zeros.to(ScalarType.Float32).unsqueeze(2)).div_(step.where(step.gt(Scalars.Zero), ones_like(step))).round_();
            var whole = integers.to(ScalarType.Int32).add_(_middle, Scalars.One).clamp_(Scalars.Zero, _greatest);
            var (block, several) = (first / QuantisedLayout.Block, count / QuantisedLayout.Block);
            _words.narrow(0, block, several).copy_(QuantisedLayout.Pack(whole.view(count, -1), _bits));
            _steps.narrow(0, block, several).copy_(stack([scales, zeros], 2).view(several, QuantisedLayout.Block, groups, 2).permute(0, 2, 3, 1));
        }

        return this;
    }

    /// <returns>[blocks x outputs of a block, in]</returns>
    private Tensor Widened(Tensor words, Tensor steps, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var integers = QuantisedLayout.Unpack(words, _bits).view(-1, steps.size(1), _group);
        Tensor Of(int part) => steps.select(2, part).transpose(1, 2).reshape(-1, steps.size(1), 1).to(ScalarType.Float32);
        var wide = integers.sub_(_middle).to(ScalarType.Float32).mul_(Of(0)).add_(Of(1), Scalars.One);
        return wide.view(integers.size(0), -1).narrow(1, 0, _inputs).to(type).MoveToOuterDisposeScope();
    }
}

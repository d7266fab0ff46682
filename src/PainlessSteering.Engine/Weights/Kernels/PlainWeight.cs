using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>A weight as a tensor of its own; where it is not of the type computed in, it is widened for every product.</summary>
internal sealed class PlainWeight(Tensor weight) : WeightForm
{
    /// <summary>From so many rows on, widening the weight costs less than emulated bfloat16 products.</summary>
    private const int RowsWorthWidening = 32;

    private readonly bool _emulated = CpuFeatures.Emulates(weight.dtype, weight.device);

    /// <summary>[out, in]</summary>
    public Tensor Weight => weight;

    /// <inheritdoc/>
    public override long Bytes { get; } = weight.numel() * weight.element_size();

    /// <inheritdoc/>
    public override Tensor Restore(ScalarType type) => weight.to(type);

    /// <inheritdoc/>
    public override Tensor Restore(Tensor outputs, ScalarType type) => weight.index_select(0, outputs).to(type);

    public override void Dispose() => weight.Dispose();

    /// <summary>The product with a plain weight, by the faster of libtorch's two libraries.</summary>
    public static Tensor Product(Tensor rows, Tensor weight, Tensor? bias) => PackedWeight.IsFaster(weight.dtype) && rows.numel() > 0 && rows.device.type == TorchSharp.DeviceType.CPU
        ? Libtorch.Product(rows, weight, bias)
        : nn.functional.linear(rows, weight, bias!);

    /// <summary>The product with a plain weight, written into some columns of another: in place where it is libtorch's own.</summary>
    public static void ProductInto(Tensor columns, Tensor rows, Tensor weight, Tensor? bias)
    {
        if (PackedWeight.IsFaster(weight.dtype) || columns.dtype != weight.dtype || rows.numel() == 0)
        {
            columns.copy_(Product(rows, weight, bias));
        }
        else if (bias is null)
        {
            columns.addmm_(rows, weight.t(), beta: 0);
        }
        else
        {
            columns.copy_(bias).addmm_(rows, weight.t());
        }
    }

    /// <inheritdoc/>
    protected override Tensor Product(Tensor rows, Tensor? bias)
    {
        if (rows.dtype == weight.dtype && _emulated && rows.numel() >= RowsWorthWidening * weight.size(1))
        {
            // In float32, rounded once at the end, as the hardware would have it.
            using var scope = NewDisposeScope();
            var product = Product(rows.to(ScalarType.Float32), weight.to(ScalarType.Float32), bias?.to(ScalarType.Float32));
            return product.to(weight.dtype).MoveToOuterDisposeScope();
        }

        if (rows.dtype == weight.dtype)
        {
            return Product(rows, weight, bias);
        }

        using var wide = weight.to(rows.dtype);
        return Product(rows, wide, bias);
    }
}

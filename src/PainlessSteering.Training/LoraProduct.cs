using PainlessSteering.Engine.Weights;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace PainlessSteering.Training;

/// <summary>
/// The product of an adapted map, for autograd: that of the frozen weight, and <c>scale B A x</c> added where it lies. One function of
/// both, because autograd by itself would copy what is as large as the product at every sum.
/// </summary>
internal sealed class LoraProduct : SingleTensorFunction<LoraProduct>
{
    private const string Kept = "kept";

    /// <inheritdoc/>
    public override string Name => nameof(LoraProduct);

    /// <param name="rows">[rows, in]</param>
    /// <param name="linear">The map.</param>
    /// <param name="adapter">Its adapter.</param>
    /// <param name="kept">[rows, in] float32: what dropout multiplies the adapter's inputs by; or null.</param>
    /// <returns>[rows, out], of the rows' type.</returns>
    public static Tensor Of(Tensor rows, Linear linear, LoraLinear adapter, Tensor? kept) =>
        apply(rows, adapter.A, adapter.B, linear, adapter, kept!, rows.requires_grad);

    /// <inheritdoc/>
    public override Tensor forward(AutogradContext context, params object[] inputs)
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        var (rows, linear, adapter, kept) = ((Tensor)inputs[0], (Linear)inputs[3], (LoraLinear)inputs[4], (Tensor?)inputs[5]);
        var (dropped, low) = Low(rows, adapter, kept);
        context.save_data(Kept, new ForBackward(linear, adapter, kept is null ? new(dropped, low) : new(dropped, low, kept), kept is not null, (bool)inputs[6]));
        return Sum(rows, low, linear, adapter).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(AutogradContext context, Tensor gradient)
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        using var kept = (ForBackward)context.get_data(Kept);
        var adapter = kept.Adapter;
        var plain = gradient.contiguous();
        var byLow = LowRank.Product(plain, adapter.B.t()).mul_(adapter.Scale); // [rows, rank]
        Tensor byA = empty_like(adapter.A), byB = empty_like(adapter.B);
        LowRank.Outer(byLow, kept.Dropped, 1, byA);
        LowRank.Outer(kept.Low, plain, adapter.Factor, byB.t());
        var byRows = kept.Back ? Rows(kept, plain, byLow) : null;
        return ReturnedGradients.Of(gradient, byRows, byA, byB, null, null, null, null);
    }

    /// <summary>The adapter's inputs, and their product with A, [rows, rank] float32.</summary>
    public static (Tensor Dropped, Tensor Low) Low(Tensor rows, LoraLinear adapter, Tensor? kept)
    {
        var dropped = kept is null ? rows : rows.to(ScalarType.Float32) * kept;
        return (dropped, LowRank.Product(dropped, adapter.A));
    }

    /// <summary>The map's product with what the factors add to it, without gradients.</summary>
    public static Tensor Sum(Tensor rows, Tensor low, Linear linear, LoraLinear adapter)
    {
        var product = linear.Forward(rows, adapted: false);
        LowRank.Add(product, low, adapter.B.t(), adapter.Factor);
        return product;
    }

    private static Tensor Rows(ForBackward kept, Tensor gradient, Tensor byLow)
    {
        var (back, a) = (kept.Linear.Back(gradient), kept.Adapter.A);
        if (kept.Mask is { } mask)
        {
            return back.add_(matmul(byLow, a).mul_(mask).to(back.dtype), Scalars.One);
        }

        LowRank.Add(back, byLow, a, 1);
        return back;
    }

    private sealed record ForBackward(Linear Linear, LoraLinear Adapter, KeptTensors Tensors, bool IsMasked, bool Back) : IDisposable
    {
        public Tensor Dropped => Tensors[0];

        public Tensor Low => Tensors[1];

        public Tensor? Mask => IsMasked ? Tensors[2] : null;

        public void Dispose() => Tensors.Dispose();
    }
}

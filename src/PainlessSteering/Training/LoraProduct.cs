using PainlessSteering.Models;
using PainlessSteering.Models.Kernels;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace PainlessSteering.Training;

/// <summary>
/// The product of an adapted map, for autograd: that of the frozen weight, and <c>scale B A x</c> added where it lies. One function of
/// both, because autograd by itself would copy what is as large as the product at every sum.
/// </summary>
internal sealed class LoraProduct : SingleTensorFunction<LoraProduct>
{
    private const string Map = "map", Adapter = "adapter", Back = "back", Kept = "kept";

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
        // No dispose scope of its own: what is saved is taken only after this has returned.
        using var mode = no_grad();
        var (rows, linear, adapter, kept) = ((Tensor)inputs[0], (Linear)inputs[3], (LoraLinear)inputs[4], (Tensor?)inputs[5]);
        var (dropped, low) = Low(rows, adapter, kept);
        context.save_for_backward(kept is null ? [dropped, low] : [dropped, low, kept]);
        context.save_data(Map, linear);
        context.save_data(Adapter, adapter);
        context.save_data(Back, inputs[6]);
        context.save_data(Kept, kept is not null);
        return Sum(rows, low, linear, adapter);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(AutogradContext context, Tensor gradient)
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        var saved = context.get_saved_variables();
        var (dropped, low, adapter) = (saved[0], saved[1], (LoraLinear)context.get_data(Adapter));
        var wide = gradient.to(ScalarType.Float32).contiguous();
        var byLow = PlainWeight.Product(wide, adapter.B.t(), null).mul_(adapter.Scale); // [rows, rank]
        var byA = matmul(byLow.t(), dropped);
        var byB = matmul(low.t(), wide).mul_(adapter.Scale).t().contiguous(); // Three times as fast as from the other side.
        var byRows = (bool)context.get_data(Back) ? Rows((Linear)context.get_data(Map), gradient, byLow, adapter.A, (bool)context.get_data(Kept) ? saved[2] : null) : null;
        return ReturnedGradients.Of(byRows, byA, byB, null, null, null, null);
    }

    /// <summary>The adapter's inputs, and their product with A, [rows, rank]; both float32.</summary>
    public static (Tensor Dropped, Tensor Low) Low(Tensor rows, LoraLinear adapter, Tensor? kept)
    {
        var wide = rows.to(ScalarType.Float32);
        var dropped = kept is null ? wide : wide * kept;
        return (dropped, PlainWeight.Product(dropped, adapter.A, null));
    }

    /// <summary>The map's product with what the factors add to it, without gradients; written into it where the types allow.</summary>
    public static Tensor Sum(Tensor rows, Tensor low, Linear linear, LoraLinear adapter)
    {
        var product = linear.Forward(rows, adapted: false);
        return product.dtype == ScalarType.Float32
            ? product.addmm_(low, adapter.B.t(), 1, adapter.Factor)
            : matmul(low, adapter.B.t()).mul_(adapter.Scale).add_(product, Scalars.One).to(product.dtype);
    }

    private static Tensor Rows(Linear linear, Tensor gradient, Tensor byLow, Tensor a, Tensor? kept)
    {
        var back = linear.Back(gradient);
        return kept is null && back.dtype == ScalarType.Float32
            ? back.addmm_(byLow, a, 1, 1)
            : back.add_((kept is null ? matmul(byLow, a) : matmul(byLow, a).mul_(kept)).to(back.dtype), Scalars.One);
    }
}

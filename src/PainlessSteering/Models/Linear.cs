using PainlessSteering.Models.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Models;

/// <summary>A linear map of rows: <c>x Wᵀ + b</c>, by the fastest kernel for the weight's type, the processor and the number of rows.</summary>
internal sealed class Linear(Tensor weight, Tensor? bias = null) : IDisposable
{
    /// <summary>From so many rows on, widening the weight costs less than emulated bfloat16 products.</summary>
    private const int RowsWorthWidening = 32;

    private readonly bool _onCpu = weight.device.type == TorchSharp.DeviceType.CPU;
    private readonly bool _emulated = CpuFeatures.Emulates(weight.dtype, weight.device);
    private readonly Lock _packing = new();
    private volatile PackedWeight? _packed;

    /// <summary>[out, in]</summary>
    public Tensor Weight { get; } = weight;

    /// <summary>[out], or null.</summary>
    public Tensor? Bias { get; } = bias;

    /// <param name="rows">[…, in]</param>
    /// <returns>[…, out]</returns>
    public Tensor Forward(Tensor rows)
    {
        if (!_onCpu || is_grad_enabled())
        {
            return nn.functional.linear(rows, Weight, Bias!);
        }

        if (_emulated && rows.numel() >= RowsWorthWidening * Weight.shape[1])
        {
            return ForwardWide(rows);
        }

        return IsFasterPacked(rows) ? Packed().Multiply(rows, Bias) : nn.functional.linear(rows, Weight, Bias!);
    }

    public void Dispose() => _packed?.Dispose();

    /// <summary>The product in float32, rounded once at the end, as the hardware would have it.</summary>
    private Tensor ForwardWide(Tensor rows)
    {
        using var scope = NewDisposeScope();
        var product = nn.functional.linear(rows.to(ScalarType.Float32), Weight.to(ScalarType.Float32), Bias?.to(ScalarType.Float32)!);
        return product.to(Weight.dtype).MoveToOuterDisposeScope();
    }

    private bool IsFasterPacked(Tensor rows) =>
        PackedWeight.IsAvailable && rows.numel() > 0 && (Weight.dtype == ScalarType.BFloat16 || !CpuFeatures.IsIntel);

    /// <summary>Packs at first use: a weight that is only ever widened or trained needs no second copy.</summary>
    private PackedWeight Packed()
    {
        if (_packed is null)
        {
            lock (_packing)
            {
                _packed ??= PackedWeight.Pack(Weight);
            }
        }

        return _packed;
    }
}

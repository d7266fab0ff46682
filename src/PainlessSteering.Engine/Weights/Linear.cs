using PainlessSteering.Engine.Adapters;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights;

/// <summary>
/// A linear map of rows: <c>x Wᵀ + b</c>. Holds its weight once, in the form that is fastest on this machine: the first product
/// without gradients packs it, and asking for <see cref="Weight"/> unpacks it for good.
/// </summary>
internal sealed class Linear : IDisposable
{
    private const int FewRows = 32;

    private readonly bool _onCpu, _givesRows;
    private readonly ScalarType _type; // What it is as a plain tensor.
    private readonly bool _isNumbers;  // Whether a form that is not plain can become it.
    private PlainWeight? _view; // Stays beside the packed weight: it takes no memory that the system cannot have back.
    private readonly Lock _changing = new();
    private volatile WeightForm _form;
    private volatile bool _mayPack;

    /// <param name="weight">[out, in]; the map's own from here on.</param>
    /// <param name="bias">[out], or null.</param>
    /// <param name="isFileView">The weight is a view of a mapped file that nobody has written to.</param>
    /// <param name="givesRows">Rows of the weight are needed singly, so it is not packed where these could only be had by unpacking all.</param>
    public Linear(Tensor weight, Tensor? bias = null, bool isFileView = false, bool givesRows = false)
        : this(new PlainWeight(weight), bias)
    {
        _onCpu = weight.device.type == TorchSharp.DeviceType.CPU;
        _type = weight.dtype;
        Shape = weight.shape;
        _view = isFileView ? (PlainWeight)_form : null;
        _givesRows = givesRows;
        Freeze();
    }

    /// <summary>A map whose weight is held in a form that is not changed any more.</summary>
    /// <param name="form">The form.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="bias">[out], or null.</param>
    /// <param name="plain">The type of the tensor that takes the form's place where the weight is asked for; null where it is quantised and cannot be had.</param>
    public Linear(WeightForm form, Device device, Tensor? bias, ScalarType? plain = null)
        : this(form, bias)
    {
        _onCpu = device.type == TorchSharp.DeviceType.CPU;
        (_isNumbers, _type) = (plain is not null, plain ?? default);
    }

    private Linear(WeightForm form, Tensor? bias) => (_form, Bias) = (form, bias);

    /// <summary>
    /// [out, in]: the tensor that products are made with until <see cref="Freeze"/>, so that it may be written to. Not while other
    /// threads run the map.
    /// </summary>
    /// <exception cref="PasException">The weight is quantised.</exception>
    public Tensor Weight
    {
        get
        {
            lock (_changing)
            {
                Unpack();
                _view = null; // What is written to it must not be lost with its pages.
                return _form is PlainWeight plain
                    ? plain.Weight
                    : throw new PasException("quantised weights can be neither trained nor saved", remedy: "load the model without it") { Setting = "Weights" };
            }
        }
    }

    /// <summary>out and in.</summary>
    public long[] Shape { get; init; } = [];

    /// <summary>[out], or null.</summary>
    public Tensor? Bias { get; }

    /// <summary>Where the weight stands in the checkpoint; null for a map that has no weight of its own there.</summary>
    public StoredModule? Stored { get; init; }

    /// <summary>Set while an adapter is being trained: what it makes of the rows and their product.</summary>
    public ILinearAdaptation? Adaptation { get; set; }

    /// <summary>Memory that the weight takes.</summary>
    public long Bytes => _form.Bytes;

    /// <param name="rows">[…, in]</param>
    /// <param name="adapted">Whether the adaptation takes part.</param>
    /// <returns>[…, out]</returns>
    public Tensor Forward(Tensor rows, bool adapted = true)
    {
        if (adapted && Adaptation is { } adaptation)
        {
            return adaptation.Product(rows, this);
        }

        if (_onCpu && (!is_grad_enabled() || !(_form is PlainWeight { Weight.requires_grad: true })))
        {
            return is_grad_enabled() && rows.requires_grad ? FrozenProduct.Of(rows, this) : Fastest(rows.dtype).Multiply(rows, Bias);
        }

        // A plain weight gets gradients too; others only pass them on.
        return nn.functional.linear(rows, _form is PackedWeight ? Weight : _form.Restore(rows.dtype), Bias!);
    }

    /// <summary>The gradient by the rows of a product whose own gradient is given.</summary>
    /// <param name="gradient">[…, out]</param>
    /// <returns>[…, in]</returns>
    public Tensor Back(Tensor gradient)
    {
        // oneDNN turns the weight over while it packs it for this once; for few rows that would cost more than the product.
        using var scope = NewDisposeScope();
        var (rows, weight) = (gradient.contiguous(), Read(gradient.dtype));
        var product = rows.numel() < FewRows * Shape[0] && !CpuFeatures.Emulates(rows.dtype, rows.device) ? matmul(rows, weight) : new PlainWeight(weight.t()).Multiply(rows, null);
        return product.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// For a training: a packed weight would have to be unpacked for every product back, or held a second time. Products with plain
    /// ones of many rows are hardly slower.
    /// </summary>
    /// <returns>Whether that changes anything, until <see cref="Freeze"/>.</returns>
    public bool StayPlain()
    {
        lock (_changing)
        {
            if (!_mayPack && _form is not PackedWeight)
            {
                return false;
            }

            Unpack();
            return true;
        }
    }

    /// <summary>The product with some of the outputs only, without bias.</summary>
    /// <param name="rows">[…, in]</param>
    /// <param name="outputs">Indices of the outputs, [n].</param>
    /// <returns>[…, n]</returns>
    public Tensor Forward(Tensor rows, Tensor outputs)
    {
        using var weight = Rows(outputs, rows.dtype);
        return nn.functional.linear(rows, weight);
    }

    /// <summary>Some outputs' rows of the weight, [n, in].</summary>
    /// <param name="outputs">Indices of the outputs, [n].</param>
    /// <param name="type">Floating-point type.</param>
    public Tensor Rows(Tensor outputs, ScalarType type) => OfWeight(weight => weight.Restore(outputs, type));

    /// <summary>The weight as a plain tensor that is only read, [out, in]: the held one where it is one of this type, else a copy.</summary>
    /// <param name="type">Floating-point type.</param>
    public Tensor Read(ScalarType type) => OfWeight(weight => weight.Restore(type));

    /// <summary>As <see cref="Read(ScalarType)"/>, in any type that has all numbers of the weight in the wanted one.</summary>
    public Tensor ReadNumbers(ScalarType type) => type == ScalarType.Float32 && _form is BlockWeight { Numbers: { } halves } ? halves.alias() : Read(type);

    /// <summary>Nobody writes to the weight any more, and nobody else uses its tensor: it may be packed again.</summary>
    public void Freeze() =>
        _mayPack = _onCpu && _form is PlainWeight
            && PackedWeight.IsFaster(_type) && !CpuFeatures.Emulates(_type, CPU); // Emulated types are widened for products of many rows.

    public void Dispose()
    {
        _form.Dispose();
        _view?.Dispose();
    }

    /// <summary>Takes something of the weight while no other thread packs it, which lets go of the plain one.</summary>
    private Tensor OfWeight(Func<WeightForm, Tensor> take)
    {
        if (_view is not null || !_mayPack)
        {
            return take(_view ?? _form);
        }

        lock (_changing)
        {
            return take(_form);
        }
    }

    private void Unpack()
    {
        _mayPack = false;
        if (_form is PackedWeight || (_isNumbers && _form is not PlainWeight))
        {
            var held = _form;
            _form = _view ?? new PlainWeight(held.Restore(_type).DetachFromDisposeScope());
            held.Dispose();
        }
    }

    private WeightForm Fastest(ScalarType type)
    {
        if (!_mayPack || type != _type)
        {
            return _form;
        }

        lock (_changing)
        {
            if (_mayPack && _form is PlainWeight plain)
            {
                var packed = PackedWeight.TryPack(plain.Weight);
                if (_givesRows && _view is null && packed is { GivesRows: false })
                {
                    packed.Dispose();
                }
                else if (packed is not null)
                {
                    _form = packed;
                    if (_view is null)
                    {
                        plain.Dispose();
                    }
                    else
                    {
                        MappedPages.Release(plain.Weight);
                    }
                }

                _mayPack = false;
            }

            return _form;
        }
    }
}

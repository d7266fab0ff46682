using PainlessSteering.Evaluation;
using PainlessSteering.Models;
using PainlessSteering.Models.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Training;

/// <summary>
/// The low-rank change of one linear map while it is trained: adds <c>scale B A dropout(x)</c> to its product (Hu et al., 2021).
/// The factors are float32 whatever the map's type, and so is the arithmetic between them.
/// </summary>
internal sealed class LoraLinear : ILinearAdaptation, IDisposable
{
    private readonly double _scale, _dropout;
    private readonly TorchSharp.Scalar _factor, _dropped, _kept;
    private readonly int _number;

    /// <param name="module">Name of the map.</param>
    /// <param name="linear">The map.</param>
    /// <param name="options">Rank, scale and dropout.</param>
    /// <param name="device">Where the model is.</param>
    /// <param name="number">Of this map among those adapted; parts its random numbers from theirs.</param>
    public LoraLinear(string module, Linear linear, SftOptions options, Device device, int number)
    {
        (Module, _scale, _dropout, _number) = (module, options.Alpha / options.Rank, options.Dropout, number);
        _factor = _scale;
        _dropped = _dropout;
        _kept = 1 - _dropout;
        var (outputs, inputs) = (linear.Shape[0], linear.Shape[1]);
        using var scope = NewDisposeScope();
        using var generator = new Generator(VariantBuilder.Mix(options.Seed, number));

        // PEFT's start: A as an ordinary linear layer begins (Kaiming, uniform), B zero, so that at first nothing changes.
        using TorchSharp.Scalar bound = 1 / Math.Sqrt(inputs), width = 2 / Math.Sqrt(inputs);
        A = nn.Parameter(rand([options.Rank, inputs], generator: generator).mul_(width).sub_(bound).to(device)).DetachFromDisposeScope();
        B = nn.Parameter(zeros([outputs, options.Rank], device: device)).DetachFromDisposeScope();
    }

    /// <summary>Name of the map.</summary>
    public string Module { get; }

    /// <summary>[rank, in] float32</summary>
    public Tensor A { get; }

    /// <summary>[out, rank] float32</summary>
    public Tensor B { get; }

    /// <inheritdoc/>
    public Tensor Adapt(Tensor rows, Tensor product)
    {
        using var scope = NewDisposeScope();
        var low = nn.functional.linear(Dropped(rows.to(ScalarType.Float32)), A); // [rows, rank]
        var sum = product.dtype == ScalarType.Float32
            ? addmm(product, low, B.t(), beta: 1, alpha: (float)_scale)
            : matmul(low, B.t()).mul_(_factor).add_(product, Scalars.One).to(product.dtype);
        return sum.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }

    /// <summary>Inputs of which some are zero and the others larger, where the running thread trains; see <see cref="DropoutSeed"/>.</summary>
    private Tensor Dropped(Tensor rows)
    {
        if (_dropout == 0 || DropoutSeed.Current is not { } seed)
        {
            return rows;
        }

        using var generator = new Generator(VariantBuilder.Mix(seed, _number));
        var kept = rand(rows.shape, generator: generator).ge(_dropped).to(ScalarType.Float32).to(rows.device);
        return rows * kept.div_(_kept);
    }
}

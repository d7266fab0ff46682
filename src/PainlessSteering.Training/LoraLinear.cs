using PainlessSteering.Engine.Adapters;
using PainlessSteering.Engine.Weights;
using PainlessSteering.Evaluation;
using static TorchSharp.torch;

namespace PainlessSteering.Training;

/// <summary>
/// The low-rank change of one linear map while it is trained: adds <c>scale B A dropout(x)</c> to its product (Hu et al., 2021).
/// The factors are float32 whatever the map's type, and so is the arithmetic between them.
/// </summary>
internal sealed class LoraLinear : ILinearAdaptation, IDisposable
{
    private readonly double _dropout;
    private readonly TorchSharp.Scalar _dropped, _kept;
    private readonly int _number;

    /// <param name="module">Name of the map.</param>
    /// <param name="linear">The map.</param>
    /// <param name="options">Rank, scale and dropout.</param>
    /// <param name="device">Where the model is.</param>
    /// <param name="number">Of this map among those adapted; parts its random numbers from theirs.</param>
    public LoraLinear(string module, Linear linear, SftOptions options, Device device, int number)
    {
        (Module, _dropout, _number) = (module, options.Dropout, number);
        Stored = linear.Stored ?? new StoredModule(module, (int)linear.Shape[0]);
        Scale = options.Alpha / options.Rank;
        Factor = (float)(options.Alpha / options.Rank);
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

    /// <summary>Factor of the product of both.</summary>
    public TorchSharp.Scalar Scale { get; }

    /// <summary>The same for functions that take a plain number.</summary>
    public float Factor { get; }

    /// <summary>Where the map's weight stands in the checkpoint.</summary>
    public StoredModule Stored { get; }

    /// <summary>[rank, in] float32</summary>
    public Tensor A { get; }

    /// <summary>[out, rank] float32</summary>
    public Tensor B { get; }

    /// <inheritdoc/>
    public Tensor Product(Tensor rows, Linear linear)
    {
        using var scope = NewDisposeScope();
        var kept = Kept(rows);
        var sum = is_grad_enabled() ? LoraProduct.Of(rows, linear, this, kept) : LoraProduct.Sum(rows, LoraProduct.Low(rows, this, kept).Low, linear, this);
        return sum.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }

    /// <summary>What the inputs are multiplied by where the running thread trains: zero for some, more than one for the others; see <see cref="DropoutSeed"/>.</summary>
    private Tensor? Kept(Tensor rows)
    {
        if (_dropout == 0 || DropoutSeed.Current is not { } seed)
        {
            return null;
        }

        using var generator = new Generator(VariantBuilder.Mix(seed, _number));
        return rand(rows.shape, generator: generator).ge(_dropped).to(ScalarType.Float32).to(rows.device).div_(_kept);
    }
}

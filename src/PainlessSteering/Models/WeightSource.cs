using static TorchSharp.torch;

namespace PainlessSteering.Models;

/// <summary>Where a model takes its weights from, and the list of those it took.</summary>
internal abstract class WeightSource(Device device, ScalarType dataType)
{
    private readonly Dictionary<string, Tensor> _taken = [];
    private readonly List<Linear> _linears = [];

    public Device Device { get; } = device;

    public ScalarType DataType { get; } = dataType;

    public abstract string Fingerprint { get; }

    /// <summary>Everything taken so far, by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Taken => _taken;

    /// <summary>Every linear map made so far.</summary>
    public IReadOnlyList<Linear> Linears => _linears;

    public RmsNorm Norm(string name, int size, double epsilon) => new(Take(name, size), epsilon);

    public Linear Linear(string name, int outputs, int inputs, bool bias) =>
        Linear(Take($"{name}.weight", outputs, inputs), bias ? Take($"{name}.bias", outputs) : null);

    /// <summary>A linear map with a weight that was taken before.</summary>
    public Linear Linear(Tensor weight, Tensor? bias = null)
    {
        var linear = new Linear(weight, bias);
        _linears.Add(linear);
        return linear;
    }

    public Tensor Take(string name, params long[] shape)
    {
        var weight = Load(name, shape).DetachFromDisposeScope();
        _taken.Add(name, weight);
        return weight;
    }

    protected abstract Tensor Load(string name, long[] shape);
}

/// <summary>Weights of a Hugging Face folder.</summary>
internal sealed class CheckpointWeights(Checkpoint checkpoint, Device device, ScalarType dataType) : WeightSource(device, dataType)
{
    public override string Fingerprint => checkpoint.Fingerprint;

    protected override Tensor Load(string name, long[] shape) => checkpoint.Load(name, shape, DataType, Device);
}

/// <summary>Seeded random weights, scaled so that activations stay near 1: for benchmarks, tests and the start of a training.</summary>
internal sealed class RandomWeights(long seed, Device device, ScalarType dataType) : WeightSource(device, dataType), IDisposable
{
    private readonly Generator _generator = new((ulong)seed);

    public override string Fingerprint => $"random:{seed}";

    public void Dispose() => _generator.Dispose();

    protected override Tensor Load(string name, long[] shape)
    {
        if (shape.Length == 1)
        {
            return name.EndsWith("bias", StringComparison.Ordinal)
                ? zeros(shape, DataType, Device)
                : ones(shape, DataType, Device);
        }

        using var scope = NewDisposeScope();
        var scale = name.Contains("embed", StringComparison.Ordinal) ? 0.02 : 1 / Math.Sqrt(shape[1]);
        return (randn(shape, dtype: ScalarType.Float32, generator: _generator) * scale).to(DataType).to(Device).MoveToOuterDisposeScope();
    }
}

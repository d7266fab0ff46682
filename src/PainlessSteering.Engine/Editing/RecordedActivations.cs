using static TorchSharp.torch;

namespace PainlessSteering.Engine.Editing;

/// <summary>Last-token activations of a list of prompts at a list of capture points, float32 on the CPU.</summary>
public sealed class RecordedActivations : IDisposable
{
    private readonly Dictionary<CapturePoint, Tensor> _at;

    /// <summary>Reserves room.</summary>
    /// <param name="points">The places.</param>
    /// <param name="prompts">Number of prompts.</param>
    /// <param name="hiddenSize">Elements of an activation.</param>
    internal RecordedActivations(IEnumerable<CapturePoint> points, int prompts, int hiddenSize)
    {
        _at = points.Distinct().ToDictionary(point => point, _ => zeros(prompts, hiddenSize, dtype: ScalarType.Float32).DetachFromDisposeScope());
    }

    private RecordedActivations(Dictionary<CapturePoint, Tensor> at) => _at = at;

    /// <summary>The places.</summary>
    public IReadOnlyCollection<CapturePoint> Points => _at.Keys;

    /// <summary>Memory that they take.</summary>
    internal long Bytes => _at.Values.Sum(tensor => tensor.numel() * sizeof(float));

    /// <summary>Activations at a place, [prompts, hidden size].</summary>
    public Tensor this[CapturePoint point] => _at[point];

    /// <summary>The prompts of one list behind those of another.</summary>
    internal static RecordedActivations Join(RecordedActivations first, RecordedActivations second) =>
        new(first.Points.ToDictionary(point => point, point => cat([first[point], second[point]], 0).DetachFromDisposeScope()));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _at.Values)
        {
            tensor.Dispose();
        }
    }
}

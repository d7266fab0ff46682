using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Weights.Kernels;
using PainlessSteering.Steering;
using static TorchSharp.torch;

namespace PainlessSteering.Generation;

/// <summary>
/// Steers one new token of each of several sequences, each in its own way. All that is added at one place is one operation,
/// whatever the number of sequences and vectors.
/// </summary>
internal sealed class BatchSteering : IActivationHook, IDisposable
{
    private readonly Dictionary<CapturePoint, (Tensor Rows, Tensor Values)> _places = []; // [n], [n, hidden size]

    private BatchSteering()
    {
    }

    /// <param name="sequences">Per sequence of the batch what is added to it; null for nothing.</param>
    /// <param name="device">The model's.</param>
    /// <returns>Null where there is nothing to add.</returns>
    public static BatchSteering? Make(IReadOnlyList<SequenceSteering?> sequences, Device device)
    {
        var made = new BatchSteering();
        foreach (var place in sequences.Where(steering => steering is not null).SelectMany(steering => steering!.Places).Distinct())
        {
            var rows = Enumerable.Range(0, sequences.Count).Where(row => sequences[row]?.At(place) is not null).ToArray();
            using var scope = NewDisposeScope();
            var values = stack(rows.Select(row => sequences[row]!.At(place)!.Last));
            made._places.Add(place, (tensor(rows, ScalarType.Int64, device).DetachFromDisposeScope(), values.DetachFromDisposeScope()));
        }

        return made._places.Count == 0 ? null : made;
    }

    /// <inheritdoc/>
    public Tensor Apply(int layer, HookPoint point, Tensor activations, RowLayout rows) =>
        _places.TryGetValue(new CapturePoint(layer, point), out var place) ? activations.index_add_(0, place.Rows, place.Values, Scalars.One) : activations;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (rows, values) in _places.Values)
        {
            rows.Dispose();
            values.Dispose();
        }
    }
}

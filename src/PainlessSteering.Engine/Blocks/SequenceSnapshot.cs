namespace PainlessSteering.Engine.Blocks;

/// <summary>A kept point of a <see cref="SequenceState"/>.</summary>
/// <param name="Layers">Of every layer.</param>
/// <param name="Length">Tokens that counted.</param>
internal sealed record SequenceSnapshot(IReadOnlyList<ILayerSnapshot> Layers, int Length) : IDisposable
{
    /// <summary>Memory that it takes.</summary>
    public long Bytes => Layers.Sum(layer => layer.Bytes);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var layer in Layers)
        {
            layer.Dispose();
        }
    }
}

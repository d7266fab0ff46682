namespace PainlessSteering.Engine.Blocks;

/// <summary>What one sequence leaves behind for its later tokens, in every layer. Grows by what each forward pass appends.</summary>
public sealed class SequenceState : IDisposable
{
    private readonly ILayerState[] _layers;

    /// <summary>Reserves room for a sequence.</summary>
    /// <param name="model">The model whose state it holds.</param>
    /// <param name="capacity">Most tokens that it can hold.</param>
    public SequenceState(CausalLM model, int capacity)
        : this([.. (model ?? throw new ArgumentNullException(nameof(model))).NewStates(capacity)], capacity)
    {
    }

    private SequenceState(ILayerState[] layers, int capacity) => (_layers, Capacity) = (layers, capacity);

    /// <summary>Most tokens that it can hold.</summary>
    public int Capacity { get; }

    /// <summary>Tokens held by every layer.</summary>
    public int Length { get; private set; }

    /// <summary>Memory that is reserved.</summary>
    public long Bytes => _layers.Sum(layer => layer.Bytes);

    /// <summary>Whether every layer can go back to any length.</summary>
    internal bool CanRewind => _layers.All(layer => layer.CanRewind);

    /// <summary>The state of one layer.</summary>
    internal ILayerState this[int layer] => _layers[layer];

    /// <summary>Bytes that a sequence takes.</summary>
    /// <param name="model">The model whose state is held.</param>
    /// <param name="tokens">Tokens for which room is reserved.</param>
    public static long BytesOf(CausalLM model, int tokens)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Config.StateBytes(model.ElementSize, tokens);
    }

    /// <summary>Lets the tokens of a pass count.</summary>
    internal void Append(int tokens)
    {
        Length += tokens;
        foreach (var layer in _layers)
        {
            layer.Append(tokens);
        }
    }

    /// <inheritdoc cref="ILayerState.Rewind"/>
    internal void Rewind(int length)
    {
        foreach (var layer in _layers)
        {
            layer.Rewind(length);
        }

        Length = length;
    }

    /// <inheritdoc cref="ILayerState.Fork"/>
    internal SequenceState Fork(int capacity) => new([.. _layers.Select(layer => layer.Fork(capacity))], capacity) { Length = Length };

    /// <inheritdoc cref="ILayerState.Snapshot"/>
    internal SequenceSnapshot Snapshot() => new([.. _layers.Select(layer => layer.Snapshot())], Length);

    /// <inheritdoc cref="ILayerState.Restore"/>
    internal void Restore(SequenceSnapshot snapshot)
    {
        for (var layer = 0; layer < _layers.Length; layer++)
        {
            _layers[layer].Restore(snapshot.Layers[layer]);
        }

        Length = snapshot.Length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var layer in _layers)
        {
            layer.Dispose();
        }
    }
}

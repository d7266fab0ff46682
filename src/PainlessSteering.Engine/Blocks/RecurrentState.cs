using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>
/// What one sequence leaves behind in a mixer with a convolution: the last rows before it, and where a recurrence follows a matrix for each head. Of any
/// length the same size.
/// </summary>
/// <remarks>A pass writes it in place, so that after one that failed it is of no use.</remarks>
internal sealed class RecurrentState : ILayerState
{
    /// <param name="window">[taps - 1, channels]: the last rows, oldest first; zeros before the first.</param>
    /// <param name="heads">[heads, key size, value size] float32; null where nothing follows the convolution.</param>
    public RecurrentState(Tensor window, Tensor? heads = null)
    {
        Window = window.DetachFromDisposeScope();
        Heads = heads?.DetachFromDisposeScope();
    }

    /// <summary>[taps - 1, channels] in the type computed in: the last rows before the convolution, oldest first.</summary>
    public Tensor Window { get; }

    /// <summary>[heads, key size, value size] float32, or null.</summary>
    public Tensor? Heads { get; }

    /// <inheritdoc/>
    public int Length { get; private set; }

    /// <inheritdoc/>
    public long Bytes => SizeOf(Window) + (Heads is null ? 0 : SizeOf(Heads));

    /// <inheritdoc/>
    public bool CanRewind => false;

    /// <inheritdoc/>
    public void Append(int tokens) => Length += tokens;

    /// <inheritdoc/>
    public void Rewind(int length)
    {
        if (length == Length)
        {
            return;
        }

        if (length != 0)
        {
            throw new InvalidOperationException($"a recurrent state of {Length} tokens cannot go back to {length}");
        }

        Window.zero_();
        Heads?.zero_();
        Length = 0;
    }

    /// <inheritdoc/>
    public ILayerState Fork(int capacity) => new RecurrentState(Window.clone(), Heads?.clone()) { Length = Length };

    /// <inheritdoc/>
    public ILayerSnapshot Snapshot() => new Kept((RecurrentState)Fork(Length));

    /// <inheritdoc/>
    public void Restore(ILayerSnapshot snapshot)
    {
        var kept = ((Kept)snapshot).State;
        Window.copy_(kept.Window);
        Heads?.copy_(kept.Heads!);
        Length = kept.Length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Window.Dispose();
        Heads?.Dispose();
    }

    private static long SizeOf(Tensor tensor) => tensor.numel() * tensor.element_size();

    private sealed record Kept(RecurrentState State) : ILayerSnapshot
    {
        public int Length => State.Length;

        public long Bytes => State.Bytes;

        public void Dispose() => State.Dispose();
    }
}

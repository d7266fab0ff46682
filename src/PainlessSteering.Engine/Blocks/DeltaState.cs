using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>What one sequence leaves behind in a gated delta network: the last rows before the convolution, and a matrix for each head. Of any length the same size.</summary>
/// <remarks>A pass writes it in place, so that after one that failed it is of no use.</remarks>
internal sealed class DeltaState : ILayerState
{
    /// <param name="window">[taps - 1, channels]: the last rows, oldest first; zeros before the first.</param>
    /// <param name="heads">[heads, key size, value size] float32</param>
    public DeltaState(Tensor window, Tensor heads)
    {
        Window = window.DetachFromDisposeScope();
        Heads = heads.DetachFromDisposeScope();
    }

    /// <summary>[taps - 1, channels] in the type computed in: the last rows before the convolution, oldest first.</summary>
    public Tensor Window { get; }

    /// <summary>[heads, key size, value size] float32</summary>
    public Tensor Heads { get; }

    /// <inheritdoc/>
    public int Length { get; private set; }

    /// <inheritdoc/>
    public long Bytes => SizeOf(Window) + SizeOf(Heads);

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
        Heads.zero_();
        Length = 0;
    }

    /// <inheritdoc/>
    public ILayerState Fork(int capacity) => new DeltaState(Window.clone(), Heads.clone()) { Length = Length };

    /// <inheritdoc/>
    public ILayerSnapshot Snapshot() => new Kept((DeltaState)Fork(Length));

    /// <inheritdoc/>
    public void Restore(ILayerSnapshot snapshot)
    {
        var kept = ((Kept)snapshot).State;
        Window.copy_(kept.Window);
        Heads.copy_(kept.Heads);
        Length = kept.Length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Window.Dispose();
        Heads.Dispose();
    }

    private static long SizeOf(Tensor tensor) => tensor.numel() * tensor.element_size();

    private sealed record Kept(DeltaState State) : ILayerSnapshot
    {
        public int Length => State.Length;

        public long Bytes => State.Bytes;

        public void Dispose() => State.Dispose();
    }
}

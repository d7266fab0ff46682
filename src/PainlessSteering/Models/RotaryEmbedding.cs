using static TorchSharp.torch;

namespace PainlessSteering.Models;

/// <summary>Rotary positions: each pair of elements (i, i + half) of a head turns by position x frequency i.</summary>
internal sealed class RotaryEmbedding : IDisposable
{
    private readonly Tensor _frequencies; // [head size / 2], float32 as in the reference

    public RotaryEmbedding(RopeSettings settings, int headSize, Device device)
    {
        _frequencies = tensor([.. settings.Frequencies(headSize).Select(value => (float)value)], device: device).DetachFromDisposeScope();
    }

    public void Dispose() => _frequencies.Dispose();

    /// <summary>Cosines and sines for rows at the given positions, each [rows, 1, head size].</summary>
    public (Tensor Cosine, Tensor Sine) Angles(int[] positions, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var position = tensor([.. positions.Select(value => (float)value)], device: _frequencies.device);
        var half = outer(position, _frequencies);
        var angles = cat([half, half], 1).unsqueeze(1);
        return (angles.cos().to(type).MoveToOuterDisposeScope(), angles.sin().to(type).MoveToOuterDisposeScope());
    }

    /// <param name="heads">[rows, heads, head size]</param>
    /// <param name="angles">As <see cref="Angles"/> gives them, for the same rows.</param>
    public static Tensor Rotate(Tensor heads, (Tensor Cosine, Tensor Sine) angles)
    {
        using var scope = NewDisposeScope();
        var half = heads.shape[2] / 2;
        var turned = cat([heads.narrow(2, half, half).neg(), heads.narrow(2, 0, half)], 2);
        return ((heads * angles.Cosine) + (turned * angles.Sine)).MoveToOuterDisposeScope();
    }
}

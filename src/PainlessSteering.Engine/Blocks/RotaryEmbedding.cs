using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>Rotary positions: each pair of elements (i, i + half) of a head turns by position x frequency i.</summary>
internal sealed class RotaryEmbedding : IDisposable
{
    private readonly Tensor _frequencies; // [rotated elements / 2], float32 as in the reference
    private readonly TorchSharp.Scalar? _magnitude; // null for 1

    public RotaryEmbedding(RopeSettings settings, int headSize, Device device)
    {
        if (settings.Magnitude != 1)
        {
            _magnitude = settings.Magnitude;
        }

        _frequencies = tensor([.. settings.Frequencies(headSize).Select(value => (float)value)], device: device).DetachFromDisposeScope();
    }

    public void Dispose() => _frequencies.Dispose();

    /// <summary>Cosines and sines for rows at the given positions, each [rows, 1, head size / 2].</summary>
    public (Tensor Cosine, Tensor Sine) Angles(int[] positions, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var position = tensor([.. positions.Select(value => (float)value)], device: _frequencies.device);
        var angles = outer(position, _frequencies).unsqueeze(1);
        Tensor Turned(Tensor of) => (_magnitude is null ? of : of.mul(_magnitude)).to(type).MoveToOuterDisposeScope();

        return (Turned(angles.cos()), Turned(angles.sin()));
    }

    /// <param name="heads">[rows, heads, head size]; may be written to.</param>
    /// <param name="angles">As <see cref="Angles"/> gives them, for the same rows; where they are fewer than half of a head, its last elements stay.</param>
    /// <param name="factor">All elements are multiplied by it; 1 for none.</param>
    public static Tensor Rotate(Tensor heads, (Tensor Cosine, Tensor Sine) angles, float factor = 1)
    {
        var gradients = Libtorch.AsksForGradients(heads);
        if (RotaryKernel.Takes(heads, angles, gradients))
        {
            if (gradients)
            {
                return RotaryFunction.Of(heads, angles, factor);
            }

            RotaryKernel.Rotate(heads, angles, factor);
            return heads;
        }

        using var scope = NewDisposeScope();
        using TorchSharp.Scalar times = factor;
        var rotated = Rotated(heads, angles);
        return (factor == 1 ? rotated : rotated.mul(times)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Heads whose neighbouring elements turn together, brought into the order in which those turn that are half of the rotated ones apart. Done to
    /// queries and keys alike it changes no score.
    /// </summary>
    /// <param name="heads">[rows, heads, head size]</param>
    /// <param name="rotated">How many elements turn, from the first.</param>
    public static Tensor Parted(Tensor heads, int rotated)
    {
        using var scope = NewDisposeScope();
        var turned = heads.narrow(2, 0, rotated).reshape(heads.size(0), heads.size(1), -1, 2).transpose(2, 3).flatten(2);
        return (rotated == heads.size(2) ? turned.contiguous() : cat([turned, heads.narrow(2, rotated, heads.size(2) - rotated)], 2)).MoveToOuterDisposeScope();
    }

    private static Tensor Rotated(Tensor heads, (Tensor Cosine, Tensor Sine) angles)
    {
        using var scope = NewDisposeScope();
        var rotated = 2 * angles.Cosine.size(2);
        if (rotated < heads.size(2))
        {
            return cat([Rotated(heads.narrow(2, 0, rotated).contiguous(), angles), heads.narrow(2, rotated, heads.size(2) - rotated)], 2).MoveToOuterDisposeScope();
        }

        var pairs = heads.view(heads.size(0), heads.size(1), 2, -1);
        if (is_grad_enabled())
        {
            var (first, second) = (pairs.select(2, 0), pairs.select(2, 1));
            return stack([(first * angles.Cosine) - (second * angles.Sine), (second * angles.Cosine).add(first * angles.Sine, Scalars.One)], 2).view_as(heads).MoveToOuterDisposeScope();
        }

        var turned = pairs * angles.Cosine.unsqueeze(1);
        turned.select(2, 0).addcmul_(pairs.select(2, 1), angles.Sine, Scalars.MinusOne);
        turned.select(2, 1).addcmul_(pairs.select(2, 0), angles.Sine, Scalars.One);
        return turned.view_as(heads).MoveToOuterDisposeScope();
    }
}

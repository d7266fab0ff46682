using PainlessSteering.Engine.Batching;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>The rotary positions of a model: one for each kind that its layers use, so that a pass computes the angles of each once.</summary>
internal sealed class RotaryTables(Device device) : IDisposable
{
    private readonly List<(RopeSettings Settings, int Size, RotaryEmbedding Rotary)> _tables = [];

    /// <summary>The number of a kind, which is its place in <see cref="ForwardPass.Angles"/>.</summary>
    /// <param name="settings">Frequencies.</param>
    /// <param name="size">Elements of a head that are rotated.</param>
    public int IndexOf(RopeSettings settings, int size)
    {
        var index = _tables.FindIndex(table => table.Settings == settings && table.Size == size);
        if (index < 0)
        {
            index = _tables.Count;
            _tables.Add((settings, size, new RotaryEmbedding(settings, size, device)));
        }

        return index;
    }

    /// <summary>Cosines and sines of rows at the given positions, of every kind.</summary>
    public (Tensor Cosine, Tensor Sine)[] Angles(int[] positions, ScalarType type) => [.. _tables.Select(table => table.Rotary.Angles(positions, type))];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, _, rotary) in _tables)
        {
            rotary.Dispose();
        }
    }
}

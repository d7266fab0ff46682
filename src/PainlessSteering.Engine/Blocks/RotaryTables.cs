using PainlessSteering.Engine.Batching;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>What the positions of rows do in a model: the kinds of rotation that its layers use, and of scales of queries, so that a pass computes each once.</summary>
internal sealed class RotaryTables(Device device) : IDisposable
{
    private readonly List<PositionScale> _scales = [];
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

    /// <summary>The number of a scale of queries, which is its place in <see cref="ForwardPass.Scales"/>; null for none.</summary>
    public int? ScaleIndexOf(PositionScale? scale)
    {
        if (scale is null)
        {
            return null;
        }

        if (!_scales.Contains(scale))
        {
            _scales.Add(scale);
        }

        return _scales.IndexOf(scale);
    }

    /// <summary>The factors of queries at the given positions, of every scale.</summary>
    public Tensor[] Scales(int[] positions, ScalarType type) => [.. _scales.Select(scale => scale.Factors(positions, type, device))];

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

using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>Keys and values of one sequence, for every block. Grows by what each forward pass appends.</summary>
public sealed unsafe class KVCache : IDisposable
{
    private readonly Tensor[] _keys; // per block [capacity, key heads, head size]
    private readonly Tensor[] _values;
    private readonly (nint Keys, nint Values)[] _addresses; // Of the rows, on the CPU.

    /// <summary>Reserves room for a sequence.</summary>
    /// <param name="model">The model whose keys and values it holds.</param>
    /// <param name="capacity">Most tokens that it can hold.</param>
    public KVCache(CausalLM model, int capacity)
    {
        ArgumentNullException.ThrowIfNull(model);
        Capacity = capacity;
        var config = model.Config;
        Tensor Reserve() => empty([capacity, config.KeyValueHeads, config.HeadSize], dtype: model.DataType, device: model.Device).DetachFromDisposeScope();
        _keys = [.. Enumerable.Range(0, config.Layers).Select(_ => Reserve())];
        _values = [.. Enumerable.Range(0, config.Layers).Select(_ => Reserve())];
        KeyHeads = config.KeyValueHeads;
        IsWide = model.DataType == ScalarType.Float32;
        RowBytes = (int)(BytesPerToken(model) / (2 * config.Layers));
        _addresses = model.Device.type == TorchSharp.DeviceType.CPU ? [.. _keys.Zip(_values, (keys, values) => (Libtorch.Address(keys), Libtorch.Address(values)))] : [];
    }

    /// <summary>Bytes that a token takes.</summary>
    /// <param name="model">The model whose keys and values are held.</param>
    public static long BytesPerToken(CausalLM model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var config = model.Config;
        return 2L * config.Layers * config.KeyValueHeads * config.HeadSize * (model.DataType == ScalarType.Float32 ? sizeof(float) : sizeof(ushort));
    }

    /// <summary>Most tokens that it can hold.</summary>
    public int Capacity { get; }

    /// <summary>Key heads of a block.</summary>
    internal int KeyHeads { get; }

    /// <summary>Bytes of the keys, or of the values, of one token in one block.</summary>
    internal int RowBytes { get; }

    /// <summary>Whether it holds float32 and not bfloat16.</summary>
    internal bool IsWide { get; }

    /// <summary>Tokens held by every block.</summary>
    public int Length { get; private set; }

    /// <summary>Writes rows behind those of earlier passes; <see cref="Advance"/> makes them count.</summary>
    /// <param name="layer">The block.</param>
    /// <param name="offset">Rows of this pass written before these.</param>
    /// <param name="keys">[rows, key heads, head size]</param>
    /// <param name="values">The same shape.</param>
    internal void Write(int layer, int offset, Tensor keys, Tensor values)
    {
        var last = Length + offset + keys.size(0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(last, Capacity, nameof(offset));
        _keys[layer].narrow(0, Length + offset, keys.size(0)).copy_(keys);
        _values[layer].narrow(0, Length + offset, values.size(0)).copy_(values);
    }

    /// <summary>Writes one row on the CPU, where a copy costs less than a call of libtorch.</summary>
    /// <inheritdoc cref="Write"/>
    internal void WriteRow(int layer, int offset, ReadOnlySpan<byte> keys, ReadOnlySpan<byte> values)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Length + offset, Capacity, nameof(offset));
        keys.CopyTo(Row(_addresses[layer].Keys));
        values.CopyTo(Row(_addresses[layer].Values));
        Span<byte> Row(nint rows) => new((byte*)rows + ((long)(Length + offset) * RowBytes), RowBytes);
    }

    /// <summary>The first <paramref name="count"/> rows, as views.</summary>
    internal (Tensor Keys, Tensor Values) Read(int layer, int count) =>
        (_keys[layer].narrow(0, 0, count), _values[layer].narrow(0, 0, count));

    /// <summary>Where a block's keys and values lie, on the CPU: [capacity, key heads, head size] each, without gaps.</summary>
    internal (nint Keys, nint Values) Addresses(int layer) => _addresses[layer];

    /// <summary>Forgets the tokens behind the first <paramref name="length"/>.</summary>
    internal void Rewind(int length) => Length = length;

    internal void Advance(int count) => Length += count;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _keys.Concat(_values))
        {
            tensor.Dispose();
        }
    }
}

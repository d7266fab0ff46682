using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>Keys and values of one sequence in one layer.</summary>
internal sealed unsafe class KeyValueState : ILayerState
{
    private readonly Tensor _keys, _values; // [capacity, key heads, head size]
    private readonly nint _keyRows, _valueRows; // Where they lie, on the CPU.
    private readonly int _capacity;
    private readonly AttentionShape _shape;

    /// <param name="capacity">Most tokens.</param>
    /// <param name="shape">Heads and their size.</param>
    /// <param name="type">Float32 or bfloat16.</param>
    /// <param name="device">Where they live.</param>
    public KeyValueState(int capacity, AttentionShape shape, ScalarType type, Device device)
    {
        Tensor Reserve() => empty([capacity, shape.KeyValueHeads, shape.HeadSize], dtype: type, device: device).DetachFromDisposeScope();
        (_shape, _capacity, _keys) = (shape, capacity, Reserve());
        _values = shape.ValuesAreKeys ? _keys : Reserve();
        IsWide = type == ScalarType.Float32;
        RowBytes = shape.KeyValueHeads * shape.HeadSize * (IsWide ? sizeof(float) : sizeof(ushort));
        (_keyRows, _valueRows) = device.type == TorchSharp.DeviceType.CPU ? (Libtorch.Address(_keys), Libtorch.Address(_values)) : default;
    }

    /// <inheritdoc/>
    public int Length { get; private set; }

    /// <inheritdoc/>
    public long Bytes => (_shape.ValuesAreKeys ? 1L : 2L) * _capacity * RowBytes;

    /// <inheritdoc/>
    public bool CanRewind => true;

    /// <summary>Heads of keys and of values.</summary>
    public int KeyHeads => _shape.KeyValueHeads;

    /// <summary>Bytes of the keys, or of the values, of one token.</summary>
    public int RowBytes { get; }

    /// <summary>Whether it holds float32 and not bfloat16.</summary>
    public bool IsWide { get; }

    /// <summary>Where keys and values lie, on the CPU: [capacity, key heads, head size] each, without gaps.</summary>
    public (nint Keys, nint Values) Addresses => (_keyRows, _valueRows);

    /// <summary>Writes rows behind those that count.</summary>
    /// <param name="offset">Rows of this pass written before these.</param>
    /// <param name="keys">[rows, key heads, head size]</param>
    /// <param name="values">The same shape.</param>
    public void Write(int offset, Tensor keys, Tensor values)
    {
        var last = Length + offset + keys.size(0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(last, _capacity, nameof(offset));
        _keys.narrow(0, Length + offset, keys.size(0)).copy_(keys);
        if (!_shape.ValuesAreKeys)
        {
            _values.narrow(0, Length + offset, values.size(0)).copy_(values);
        }
    }

    /// <summary>Writes one row on the CPU, where a copy costs less than a call of libtorch.</summary>
    /// <inheritdoc cref="Write"/>
    public void WriteRow(int offset, ReadOnlySpan<byte> keys, ReadOnlySpan<byte> values)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Length + offset, _capacity, nameof(offset));
        keys.CopyTo(Row(_keyRows));
        if (!_shape.ValuesAreKeys)
        {
            values.CopyTo(Row(_valueRows));
        }

        Span<byte> Row(nint rows) => new((byte*)rows + ((long)(Length + offset) * RowBytes), RowBytes);
    }

    /// <summary>The first <paramref name="count"/> rows, as views.</summary>
    public (Tensor Keys, Tensor Values) Read(int count) => (_keys.narrow(0, 0, count), _values.narrow(0, 0, count));

    /// <inheritdoc/>
    public void Append(int tokens) => Length += tokens;

    /// <inheritdoc/>
    public void Rewind(int length) => Length = length;

    /// <inheritdoc/>
    public ILayerState Fork(int capacity)
    {
        using var scope = NewDisposeScope();
        var fork = new KeyValueState(capacity, _shape, _keys.dtype, _keys.device);
        var (keys, values) = Read(Length);
        fork.Write(0, keys, values);
        fork.Append(Length);
        return fork;
    }

    /// <inheritdoc/>
    public ILayerSnapshot Snapshot() => new Mark(Length);

    /// <inheritdoc/>
    public void Restore(ILayerSnapshot snapshot) => Rewind(snapshot.Length);

    /// <inheritdoc/>
    public void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
    }

    /// <summary>The rows up to here stay where they are, so that their number is all there is to keep.</summary>
    private sealed record Mark(int Length) : ILayerSnapshot
    {
        public long Bytes => 0;

        public void Dispose()
        {
        }
    }
}

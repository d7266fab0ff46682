using System.Buffers;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>
/// Room for the numbers of a float32 factor row by row, each sixteen in the order in which <see cref="RowVectors"/> loads those of the rows that it is
/// multiplied with, and filled up to a multiple of rows with zeros.
/// </summary>
internal readonly unsafe ref struct OrderedFactor
{
    private readonly float[] _rented;
    private readonly MemoryHandle _pinned;
    private readonly float* _factor;
    private readonly (long Row, long Column) _strides;
    private readonly int _rank, _size, _filled;
    private readonly bool _evenFirst;

    /// <param name="factor">[rank, size] float32 on the CPU, in any order in memory; has to live as long as this.</param>
    /// <param name="multiple">Of what the rank is filled up to.</param>
    /// <param name="rows">Type of the rows.</param>
    public OrderedFactor(Tensor factor, int multiple, ScalarType rows)
    {
        (_rank, _size) = ((int)factor.size(0), (int)factor.size(1));
        _filled = (_rank + multiple - 1) / multiple * multiple * _size;
        _rented = ArrayPool<float>.Shared.Rent(_filled);
        _pinned = _rented.AsMemory().Pin();
        _factor = (float*)Libtorch.Address(factor);
        _strides = (factor.stride(0), factor.stride(1));
        _evenFirst = rows == ScalarType.BFloat16;
    }

    /// <summary>[rank filled up, size]</summary>
    public float* Numbers => (float*)_pinned.Pointer;

    /// <summary>Makes all of them zero.</summary>
    public void Clear() => new Span<float>(Numbers, _filled).Clear();

    /// <summary>Takes the factor's numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Read()
    {
        var number = Numbers;
        for (var row = 0; row < _rank; row++)
        {
            for (var i = 0; i < _size; i++)
            {
                *number++ = *At(row, i);
            }
        }

        new Span<float>(number, _filled - (_rank * _size)).Clear();
    }

    /// <summary>Gives the factor its numbers.</summary>
    /// <param name="scale">They are multiplied by it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(float scale)
    {
        var number = Numbers;
        for (var row = 0; row < _rank; row++)
        {
            for (var i = 0; i < _size; i++)
            {
                *At(row, i) = scale * *number++;
            }
        }
    }

    public void Dispose()
    {
        _pinned.Dispose();
        ArrayPool<float>.Shared.Return(_rented);
    }

    /// <summary>The factor's number that stands at a place of a row here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float* At(int row, int place)
    {
        const int Last = RowVectors.Count - 1, Half = RowVectors.Count / 2;
        var column = _evenFirst ? (place & ~Last) + (2 * (place & (Half - 1))) + ((place & Half) / Half) : place;
        return _factor + (row * _strides.Row) + (column * _strides.Column);
    }
}

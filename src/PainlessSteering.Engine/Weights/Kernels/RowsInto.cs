using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>Rows of float32 or bfloat16 that a kernel writes in vectors of 16, as far as a row has so many; rounded to the nearest.</summary>
/// <param name="rows">[n, size] contiguous; alive while the kernel runs.</param>
/// <param name="bias">[size] of the same type, which is added before rounding; or null.</param>
internal readonly unsafe struct RowsInto(Tensor rows, Tensor? bias = null)
{
    private readonly void* _rows = (void*)Libtorch.Address(rows), _bias = bias is null ? null : (void*)Libtorch.Address(bias);
    private readonly int _size = (int)rows.size(1);
    private readonly bool _isWide = rows.dtype == ScalarType.Float32;

    /// <summary>Writes sixteen neighbours of a row.</summary>
    /// <param name="numbers">The numbers; those beyond the row's end are dropped.</param>
    /// <param name="row">Number of the row.</param>
    /// <param name="first">Where in the row.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(Vector512<float> numbers, int row, int first)
    {
        var at = ((long)row * _size) + first;
        if (_size - first < Vector512<float>.Count)
        {
            StorePart(numbers, at, first);
        }
        else if (_isWide)
        {
            (_bias is null ? numbers : numbers + Vector512.Load((float*)_bias + first)).Store((float*)_rows + at);
        }
        else
        {
            RowVectors.Narrowed(_bias is null ? numbers : numbers + RowVectors.Wide((ushort*)_bias + first)).Store((ushort*)_rows + at);
        }
    }

    /// <summary>Writes one number of a row.</summary>
    public void Store(float number, int row, int column) => Store(number, ((long)row * _size) + column, column);

    private void StorePart(Vector512<float> numbers, long at, int first)
    {
        for (var i = 0; i < _size - first; i++)
        {
            Store(numbers[i], at + i, first + i);
        }
    }

    private void Store(float number, long at, int column)
    {
        if (_isWide)
        {
            ((float*)_rows)[at] = number + (_bias is null ? 0 : ((float*)_bias)[column]);
        }
        else
        {
            ((ushort*)_rows)[at] = RowVectors.Element<ushort>(number + (_bias is null ? 0 : RowVectors.Number(((ushort*)_bias)[column])));
        }
    }
}

using System.Runtime.CompilerServices;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

/// <summary>The codes of a weight as numbers that no scale has touched, some rows at a time.</summary>
internal abstract class RowCodes
{
    /// <param name="first">The first row.</param>
    /// <param name="count">How many.</param>
    /// <param name="values">[rows, inputs]</param>
    public abstract void Read(long first, int count, Span<float> values);
}

/// <summary>A byte a code, row after row.</summary>
/// <param name="tensor">[…, inputs]</param>
/// <param name="inputs">Codes of a row.</param>
/// <param name="table">The number of each code.</param>
internal sealed class ByteCodes(StoredTensor tensor, int inputs, float[] table) : RowCodes
{
    public override void Read(long first, int count, Span<float> values) => StoredNumbers.Look(table, tensor.Bytes(first * inputs, count * inputs), values);
}

/// <summary>Two codes a byte, row after row, the first in the low four bits.</summary>
/// <param name="tensor">[…, inputs / 2]</param>
/// <param name="inputs">Codes of a row, an even number.</param>
/// <param name="table">The number of each code.</param>
internal sealed class NibbleCodes(StoredTensor tensor, int inputs, float[] table) : RowCodes
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Read(long first, int count, Span<float> values)
    {
        var bytes = tensor.Bytes(first * (inputs / 2), count * (inputs / 2));
        values = values[..(2 * bytes.Length)];
        for (var i = 0; i < bytes.Length; i++)
        {
            values[2 * i] = table[bytes[i] & 15];
            values[(2 * i) + 1] = table[bytes[i] >> 4];
        }
    }
}

/// <summary>Words of 32 bits, row after row, the first codes in the lowest bits; from each its middle is taken.</summary>
/// <param name="tensor">[out, words of a row] I32</param>
/// <param name="inputs">Codes of a row; the last word may hold more.</param>
/// <param name="bits">Of a code; 32 is a multiple of it.</param>
internal sealed class WordCodes(StoredTensor tensor, int inputs, int bits) : RowCodes
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Read(long first, int count, Span<float> values)
    {
        int each = 32 / bits, words = (inputs + each - 1) / each, middle = 1 << (bits - 1);
        var mask = (1u << bits) - 1;
        for (var row = 0; row < count; row++)
        {
            var packed = tensor.Words((first + row) * words, words);
            var into = values.Slice(row * inputs, inputs);
            for (var word = 0; word < words; word++)
            {
                var some = into[(word * each)..Math.Min((word + 1) * each, inputs)];
                var left = packed[word];
                for (var i = 0; i < some.Length; i++, left >>= bits)
                {
                    some[i] = (int)(left & mask) - middle;
                }
            }
        }
    }
}

using System.Runtime.CompilerServices;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

/// <summary>
/// Codes that lie down the words of a column: a word, or three of them for 3 bits, is a run of bits with 32 bits' worth of codes, the first in the lowest.
/// </summary>
/// <param name="tensor">[in x bits / 32, out] I32</param>
/// <param name="inputs">Codes of a column.</param>
/// <param name="outputs">Columns.</param>
/// <param name="bits">Of a code.</param>
internal sealed class GptqCodes(StoredTensor tensor, int inputs, int outputs, int bits) : RowCodes
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Read(long first, int count, Span<float> values)
    {
        int words = BitRun.Words(bits), codes = 32 * words / bits;
        for (var run = 0; run < inputs / codes; run++)
        {
            var from = (run * words * (long)outputs) + first;
            var one = tensor.Words(from, count);
            var two = words == 1 ? one : tensor.Words(from + outputs, count);
            var three = words == 1 ? one : tensor.Words(from + (2L * outputs), count);
            for (var row = 0; row < count; row++)
            {
                var into = values.Slice((row * inputs) + (run * codes), codes);
                var bitRun = new BitRun(one[row], two[row], three[row]);
                for (var i = 0; i < into.Length; i++)
                {
                    into[i] = bitRun.Code(i * bits, bits);
                }
            }
        }
    }
}

/// <summary>Zero points that lie along the words of a row, in runs of bits as those of the codes.</summary>
/// <param name="tensor">[groups, out x bits / 32] I32</param>
/// <param name="outputs">Zero points of a group.</param>
/// <param name="bits">Of one.</param>
/// <param name="added">What makes a zero point of what is stored.</param>
internal sealed class GptqZeros(StoredTensor tensor, long outputs, int bits, int added) : Steps
{
    public override void Read(long first, int count, Span<float> numbers)
    {
        int words = BitRun.Words(bits), codes = 32 * words / bits;
        for (var row = 0; row < count; row++)
        {
            var (run, at) = Math.DivRem(first + row, codes);
            for (var group = 0; group < Groups; group++)
            {
                var some = tensor.Words((group * outputs * bits / 32) + (run * words), words);
                numbers[(row * Groups) + group] = new BitRun(some[0], some[words / 2], some[^1]).Code((int)at * bits, bits) + added;
            }
        }
    }
}

/// <summary>A run of 32 bits, or of 96 for codes of 3 bits.</summary>
internal readonly struct BitRun(uint first, uint second, uint third)
{
    private readonly ulong _low = first | ((ulong)second << 32), _high = second | ((ulong)third << 32);

    /// <summary>Words of a run.</summary>
    public static int Words(int bits) => bits == 3 ? 3 : 1;

    /// <summary>The code that begins at a bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Code(int bit, int bits) => (int)((bit < 32 ? _low >> bit : _high >> (bit - 32)) & ((1u << bits) - 1));
}

using System.Runtime.CompilerServices;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>
/// Blocks of 256: 32 bytes with the third bits of q, 64 with their low two bits as in <see cref="Q2_K"/>, 12 with a scale s of six bits for each 16 numbers,
/// and a float16 d; each number is d (s - 32) (q - 4). Bit i of byte l of the third bits is of number 32 i + l.
/// </summary>
internal readonly struct Q3_K : IBlock
{
    public static int Length => 256;

    public static int Bytes => 110;

    public static ReadOnlySpan<int> FiniteBy => [108];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens
    {
        var scale = Sixteen.Half(block, 108);
        for (var n = 0; n < 16; n++)
        {
            var low = Sixteen.Bits(block[(32 + (32 * (n / 8)) + (16 * (n % 2)))..], n / 2 % 4 * 2, 3);
            var third = Sixteen.Bits(block[(16 * (n % 2))..], n / 2, 1);
            Sixteen.Write(Sixteen.Less(low | (third << 2), 4), scale * (Scale(block[96..], n) - 32), 16 * n, ref into);
        }
    }

    /// <summary>Low four bits from a half of bytes 0 to 7, high two from the last four bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Scale(ReadOnlySpan<byte> scales, int n) => ((scales[n % 8] >> (4 * (n / 8))) & 15) | (((scales[8 + (n % 4)] >> (2 * (n / 4))) & 3) << 4);
}

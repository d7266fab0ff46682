using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>
/// Blocks of 256: a float16 d, for each four numbers the low byte of what stands for them in a grid, then its ninth bit, then the bits of all signs, and
/// half a byte of a scale s for each 32 numbers. Each number is d (2 s + 1) times the grid's.
/// </summary>
internal readonly struct IQ3_S : IBlock
{
    public static int Length => 256;

    public static int Bytes => 110;

    public static ReadOnlySpan<int> FiniteBy => [0];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens
    {
        var whole = Sixteen.Half(block, 0);
        for (var n = 0; n < 16; n++)
        {
            int ninth = Sixteen.Nibble(block[66..], n), signs = BinaryPrimitives.ReadUInt16LittleEndian(block[(74 + (2 * n))..]);
            var four = block[(2 + (4 * n))..];
            var numbers = Grids.Numbers(Row(four[0], ninth), Row(four[1], ninth >> 1), Row(four[2], ninth >> 2), Row(four[3], ninth >> 3));
            Sixteen.Write(Sixteen.Signed(numbers, signs), whole * (1 + (2 * Sixteen.Nibble(block[106..], n / 2))), 16 * n, ref into);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Row(byte low, int ninth) => Grids.IQ3_S[low | ((ninth & 1) << 8)];
}

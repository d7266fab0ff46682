using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>
/// Blocks of 256: a float16 d, for each eight numbers 16 bits, nine that stand for eight numbers of a grid and seven of signs, and half a byte of a scale s
/// for each 16. Each number is d (s + 1/2) / 4 times the grid's.
/// </summary>
internal readonly struct IQ2_XS : IBlock
{
    public static int Length => 256;

    public static int Bytes => 74;

    public static ReadOnlySpan<int> FiniteBy => [0];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens
    {
        var whole = Sixteen.Half(block, 0);
        for (var n = 0; n < 16; n++)
        {
            int first = BinaryPrimitives.ReadUInt16LittleEndian(block[(2 + (4 * n))..]), second = BinaryPrimitives.ReadUInt16LittleEndian(block[(4 + (4 * n))..]);
            var numbers = Grids.Numbers(Grids.IQ2_XS[first & 511], Grids.IQ2_XS[second & 511]);
            var signs = Grids.TwoEven((first >> 9) | (second >> 9 << 7));
            Sixteen.Write(Sixteen.Signed(numbers, signs), whole * (0.5f + Sixteen.Nibble(block[66..], n)) * 0.25f, 16 * n, ref into);
        }
    }
}

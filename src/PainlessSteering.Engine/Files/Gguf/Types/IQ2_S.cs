using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>
/// Blocks of 256: a float16 d, for each eight numbers the low byte of what stands for them in a grid, then the bits of their signs, then two high
/// bits, and half a byte of a scale s for each 16. Each number is d (s + 1/2) / 4 times the grid's.
/// </summary>
internal readonly struct IQ2_S : IBlock
{
    public static int Length => 256;

    public static int Bytes => 82;

    public static ReadOnlySpan<int> FiniteBy => [0];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens
    {
        var whole = Sixteen.Half(block, 0);
        for (var n = 0; n < 16; n++)
        {
            var high = Sixteen.Nibble(block[66..], n);
            var numbers = Grids.Numbers(Grids.IQ2_S[block[2 + (2 * n)] | ((high & 3) << 8)], Grids.IQ2_S[block[3 + (2 * n)] | (high >> 2 << 8)]);
            var signs = BinaryPrimitives.ReadUInt16LittleEndian(block[(34 + (2 * n))..]);
            Sixteen.Write(Sixteen.Signed(numbers, signs), whole * (0.5f + Sixteen.Nibble(block[74..], n)) * 0.25f, 16 * n, ref into);
        }
    }
}

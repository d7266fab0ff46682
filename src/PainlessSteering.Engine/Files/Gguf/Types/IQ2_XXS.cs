using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>
/// Blocks of 256: a float16 d, and for each 32 numbers four bytes that stand for eight numbers each of a grid, and 32 bits: seven bits of signs for each eight
/// numbers, and above them a scale s. Each number is d (s + 1/2) / 4 times the grid's.
/// </summary>
internal readonly struct IQ2_XXS : IBlock
{
    public static int Length => 256;

    public static int Bytes => 66;

    public static ReadOnlySpan<int> FiniteBy => [0];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens
    {
        var whole = Sixteen.Half(block, 0);
        for (var n = 0; n < 8; n++)
        {
            var part = block[(2 + (8 * n))..];
            var signs = BinaryPrimitives.ReadUInt32LittleEndian(part[4..]);
            var scale = whole * (0.5f + (signs >> 28)) * 0.25f;
            for (var half = 0; half < 2; half++)
            {
                var numbers = Grids.Numbers(Grids.IQ2_XXS[part[2 * half]], Grids.IQ2_XXS[part[(2 * half) + 1]]);
                Sixteen.Write(Sixteen.Signed(numbers, Grids.TwoEven((int)(signs >> (14 * half)))), scale, (32 * n) + (16 * half), ref into);
            }
        }
    }
}

using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>
/// Blocks of 256: a float16 d, 64 bytes that stand for four numbers each of a grid, and for each 32 numbers 32 bits of signs and a scale s as in
/// <see cref="IQ2_XXS"/>. Each number is d (s + 1/2) / 2 times the grid's.
/// </summary>
internal readonly struct IQ3_XXS : IBlock
{
    public static int Length => 256;

    public static int Bytes => 98;

    public static ReadOnlySpan<int> FiniteBy => [0];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens
    {
        var whole = Sixteen.Half(block, 0);
        for (var n = 0; n < 16; n++)
        {
            var signs = BinaryPrimitives.ReadUInt32LittleEndian(block[(66 + (4 * (n / 2)))..]);
            var four = block[(2 + (4 * n))..];
            var numbers = Grids.Numbers(Grids.IQ3_XXS[four[0]], Grids.IQ3_XXS[four[1]], Grids.IQ3_XXS[four[2]], Grids.IQ3_XXS[four[3]]);
            Sixteen.Write(Sixteen.Signed(numbers, Grids.TwoEven((int)(signs >> (14 * (n % 2))))), whole * (0.5f + (signs >> 28)) * 0.5f, 16 * n, ref into);
        }
    }
}

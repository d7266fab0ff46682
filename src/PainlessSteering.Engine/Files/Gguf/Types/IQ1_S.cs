using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>
/// Blocks of 256: a float16 d, for each eight numbers the low byte of what stands for them in a grid of -1, 0 and 1, and for each 32 numbers 16 bits: three high
/// bits for each eight, a scale s of three, and the sign of a shift of 1/8. Each number is d (2 s + 1) (g + shift).
/// </summary>
internal readonly struct IQ1_S : IBlock
{
    public static int Length => 256;

    public static int Bytes => 50;

    public static ReadOnlySpan<int> FiniteBy => [0];

    /// <summary>One over the shift, 2^3: times it all numbers are whole, and it changes no bit of a product's mantissa.</summary>
    private const int Parts = 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens
    {
        var whole = Sixteen.Half(block, 0);
        for (var n = 0; n < 16; n++)
        {
            var bits = BinaryPrimitives.ReadUInt16LittleEndian(block[(34 + (2 * (n / 2)))..]);
            var high = bits >> (6 * (n % 2));
            var shift = (bits >> 15) == 0 ? 1 : -1;
            Write(block[(2 + (2 * n))..], high & 7, (high >> 3) & 7, shift, shift, whole * ((2 * ((bits >> 12) & 7)) + 1), 16 * n, ref into);
        }
    }

    /// <summary>Writes sixteen numbers, each eight with a shift of their own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Write<TInto>(ReadOnlySpan<byte> low, int firstHigh, int secondHigh, int firstShift, int secondShift, float scale, int at, ref TInto into)
        where TInto : struct, ISixteens
    {
        var grid = Grids.Numbers(Grids.IQ1[low[0] | (firstHigh << 8)], Grids.IQ1[low[1] | (secondHigh << 8)]);
        var shifts = Vector128.Create(Each(firstShift), Each(secondShift)).AsSByte();
        Sixteen.Write((grid << 3) + shifts, scale / Parts, at, ref into);
    }

    /// <summary>1 or -1 in each of eight bytes.</summary>
    private static ulong Each(int shift) => shift > 0 ? 0x0101_0101_0101_0101 : ulong.MaxValue;
}

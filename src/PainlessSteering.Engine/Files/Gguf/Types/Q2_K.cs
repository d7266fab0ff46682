using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>
/// Blocks of 256: for each 16 numbers a byte of a scale s and a least value m, then 64 bytes of four q each, a float16 d and a float16 e; each number
/// is d s q - e m. In each half of 128 numbers, byte l is of numbers l, 32 + l, 64 + l and 96 + l.
/// </summary>
internal readonly struct Q2_K : IBlock
{
    public static int Length => 256;

    public static int Bytes => 84;

    public static ReadOnlySpan<int> FiniteBy => [80, 82];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens
    {
        var (scale, least) = Sixteen.TwoHalves(block, 80);
        for (var n = 0; n < 16; n++)
        {
            var quants = Sixteen.Bits(block[(16 + (32 * (n / 8)) + (16 * (n % 2)))..], n / 2 % 4 * 2, 3);
            Sixteen.Write(quants.AsSByte(), scale * (block[n] & 15), -(least * (block[n] >> 4)), 16 * n, ref into);
        }
    }
}

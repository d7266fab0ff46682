using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>
/// Blocks of 256: a float16 d, a float16 e, 12 bytes with a scale s and a least value m of six bits for each 32 numbers, and 128 bytes of two q each; each
/// number is d s q - e m. Of each 64 numbers the low halves of 32 bytes are the first 32, the high halves the last.
/// </summary>
internal readonly struct Q4_K : IBlock
{
    public static int Length => 256;

    public static int Bytes => 144;

    public static ReadOnlySpan<int> FiniteBy => [0, 2];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens
    {
        var (whole, least) = Sixteen.TwoHalves(block, 0);
        for (var n = 0; n < 4; n++)
        {
            var ((scale, offset), (nextScale, nextOffset)) = (Scales(block, 2 * n), Scales(block, (2 * n) + 1));
            Vector128<byte> quants = Vector128.Create(block[(16 + (32 * n))..]), more = Vector128.Create(block[(32 + (32 * n))..]);
            var low = new FourBits(FourBits.Unsigned, whole * scale, -(least * offset));
            low.WriteLow(quants, 64 * n, ref into);
            low.WriteLow(more, (64 * n) + 16, ref into);
            var high = new FourBits(FourBits.Unsigned, whole * nextScale, -(least * nextOffset));
            high.WriteHigh(quants, (64 * n) + 32, ref into);
            high.WriteHigh(more, (64 * n) + 48, ref into);
        }
    }

    /// <summary>s and m of 32 numbers. Those of the last 128 have their low four bits in the last four bytes and the high two above those of the first.</summary>
    /// <param name="block">Begins with d, e and the scales.</param>
    /// <param name="n">Which 32.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (int Scale, int Least) Scales(ReadOnlySpan<byte> block, int n)
    {
        var packed = block[4..16];
        return n < 4
            ? (packed[n] & 63, packed[n + 4] & 63)
            : ((packed[n + 4] & 15) | (packed[n - 4] >> 6 << 4), (packed[n + 4] >> 4) | (packed[n] >> 6 << 4));
    }
}

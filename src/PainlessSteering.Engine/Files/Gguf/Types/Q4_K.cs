using System.Runtime.CompilerServices;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>
/// Blocks of 256: a float16 d, a float16 e, 12 bytes with a scale s and a least value m of six bits for each 32 numbers, and 128 bytes of two q each; each
/// number is d s q - e m. Of each 64 numbers the low halves of 32 bytes are the first 32, the high halves the last.
/// </summary>
internal sealed class Q4_K() : BlockType(12, "Q4_K", 256, 144)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void WidenBlock(ReadOnlySpan<byte> block, Span<float> values)
    {
        for (var n = 0; n < 8; n++)
        {
            var (scale, least) = Scales(block, n);
            var quants = block[(16 + (32 * (n / 2)))..];
            Sixteen.Write(Sixteen.Bits(quants, 4 * (n % 2), 15), scale, least, values[(32 * n)..]);
            Sixteen.Write(Sixteen.Bits(quants[16..], 4 * (n % 2), 15), scale, least, values[((32 * n) + 16)..]);
        }
    }

    /// <summary>Factor and offset of 32 numbers. Those of the last 128 have their low four bits in the last four bytes and the high two above those of the first.</summary>
    /// <param name="block">Begins with d, e and the scales.</param>
    /// <param name="n">Which 32.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (float Scale, float Least) Scales(ReadOnlySpan<byte> block, int n)
    {
        var packed = block[4..16];
        var (scale, least) = n < 4
            ? (packed[n] & 63, packed[n + 4] & 63)
            : ((packed[n + 4] & 15) | (packed[n - 4] >> 6 << 4), (packed[n + 4] >> 4) | (packed[n] >> 6 << 4));
        return (Half(block, 0) * scale, -(Half(block, 2) * least));
    }
}

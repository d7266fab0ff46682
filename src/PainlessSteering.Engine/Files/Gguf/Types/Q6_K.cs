using System.Runtime.CompilerServices;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>
/// Blocks of 256: 128 bytes with the low four bits of q, 64 bytes with the high two, a signed byte s for each 16 numbers, and a float16
/// scale d; each number is d s (q - 32), the first product rounded before the second. In each half of 128 numbers, byte l of
/// the low bits is of numbers l and 64 + l, and byte l of the high bits of l, 32 + l, 64 + l and 96 + l. Files of other types have it
/// for the head.
/// </summary>
internal sealed class Q6_K() : BlockType(14, "Q6_K", 256, 210)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void WidenBlock(ReadOnlySpan<byte> block, Span<float> values)
    {
        var scale = Half(block, 208);
        for (var n = 0; n < 16; n++)
        {
            int half = n / 8, quarter = n / 2 % 4, at = 16 * (n % 2);
            var low = Sixteen.Bits(block[((64 * half) + (32 * (quarter % 2)) + at)..], 4 * (quarter / 2), 15);
            var high = Sixteen.Bits(block[(128 + (32 * half) + at)..], 2 * quarter, 3);
            Sixteen.Write(Sixteen.Less(low | (high << 4), 32), scale * (sbyte)block[192 + n], values[(16 * n)..]);
        }
    }
}

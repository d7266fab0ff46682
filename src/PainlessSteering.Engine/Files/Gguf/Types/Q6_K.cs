using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>
/// Blocks of 256: 128 bytes with the low four bits of q, 64 bytes with the high two, a signed byte s for each 16 numbers, and a float16
/// scale d; each number is d s (q - 32), the first product rounded before the second. In each half of 128 numbers, byte l of
/// the low bits is of numbers l and 64 + l, and byte l of the high bits of l, 32 + l, 64 + l and 96 + l. Files of other types have it
/// for the head.
/// </summary>
internal readonly struct Q6_K : IBlock
{
    public static int Length => 256;

    public static int Bytes => 210;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen(ReadOnlySpan<byte> block, Span<float> values)
    {
        var scale = Sixteen.Half(block, 208);
        for (var n = 0; n < 4; n++)
        {
            int half = n / 2, at = 16 * (n % 2);
            var high = Vector128.Create(block[(128 + (32 * half) + at)..]);
            Vector128<byte> low = Vector128.Create(block[((64 * half) + at)..]), next = Vector128.Create(block[((64 * half) + 32 + at)..]);
            var scales = block[(192 + (8 * half) + (n % 2))..];
            var to = values[((128 * half) + at)..];
            Write(Sixteen.Bits(low, 0, 15), Sixteen.Bits(high, 0, 3), scale * (sbyte)scales[0], to);
            Write(Sixteen.Bits(next, 0, 15), Sixteen.Bits(high, 2, 3), scale * (sbyte)scales[2], to[32..]);
            Write(Sixteen.Bits(low, 4, 15), Sixteen.Bits(high, 4, 3), scale * (sbyte)scales[4], to[64..]);
            Write(Sixteen.Bits(next, 4, 15), Sixteen.Bits(high, 6, 3), scale * (sbyte)scales[6], to[96..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(Vector128<byte> low, Vector128<byte> high, float scale, Span<float> values) => Sixteen.Write(Sixteen.Less(low | (high << 4), 32), scale, values);
}

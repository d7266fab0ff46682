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

    public static ReadOnlySpan<int> FiniteBy => [208];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens
    {
        var scale = Sixteen.Half(block, 208);
        for (var half = 0; half < 2; half++)
        {
            Vector256<byte> low = Vector256.Create(block[(64 * half)..]), next = Vector256.Create(block[((64 * half) + 32)..]);
            var high = Vector256.Create(block[(128 + (32 * half))..]);
            var scales = block[(192 + (8 * half))..];
            Write(low & Vector256.Create((byte)15), ((high & Vector256.Create((byte)3)).AsUInt16() << 4).AsByte(), scale, scales, 128 * half, ref into);
            Write(next & Vector256.Create((byte)15), ((high & Vector256.Create((byte)12)).AsUInt16() << 2).AsByte(), scale, scales[2..], (128 * half) + 32, ref into);
            Write((low.AsUInt16() >>> 4).AsByte() & Vector256.Create((byte)15), high & Vector256.Create((byte)48), scale, scales[4..], (128 * half) + 64, ref into);
            Write((next.AsUInt16() >>> 4).AsByte() & Vector256.Create((byte)15), (high.AsUInt16() >>> 2).AsByte() & Vector256.Create((byte)48), scale, scales[6..], (128 * half) + 96, ref into);
        }
    }

    /// <summary>Writes 32 numbers of two scales.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<TInto>(Vector256<byte> low, Vector256<byte> high, float scale, ReadOnlySpan<byte> scales, int at, ref TInto into)
        where TInto : struct, ISixteens
    {
        var quants = (low | high).AsSByte() - Vector256.Create((sbyte)32);
        Sixteen.Write(quants.GetLower(), scale * (sbyte)scales[0], at, ref into);
        Sixteen.Write(quants.GetUpper(), scale * (sbyte)scales[1], at + 16, ref into);
    }
}

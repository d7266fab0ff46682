using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>Sixteen small whole numbers at a time, of which the blocks of every type are made: taken out of packed bits, and written as float32.</summary>
internal static class Sixteen
{
    /// <summary>Some bits of each of sixteen bytes.</summary>
    /// <param name="bytes">At least sixteen.</param>
    /// <param name="shift">The lowest of the bits.</param>
    /// <param name="mask">What is kept behind it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Bits(ReadOnlySpan<byte> bytes, int shift, byte mask) => Bits(Vector128.Create(bytes), shift, mask);

    /// <summary>Some bits of each of sixteen bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Bits(Vector128<byte> bytes, int shift, byte mask) => (bytes.AsUInt16() >>> shift).AsByte() & Vector128.Create(mask);

    /// <summary>The low halves of eight bytes, then their high halves.</summary>
    /// <param name="bytes">At least eight.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Halves(ReadOnlySpan<byte> bytes)
    {
        var packed = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        return Vector128.Create(packed, packed >> 4).AsByte() & Vector128.Create((byte)15);
    }

    /// <summary>A byte for each of sixteen bits, the lowest first: all of it set, or none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Spread(int bits)
    {
        const ulong Each = 0x0101_0101_0101_0101;
        var one = Vector128.Create(0x8040_2010_0804_0201).AsByte();
        var each = Vector128.Create((ulong)(byte)bits * Each, (ulong)(byte)(bits >> 8) * Each).AsByte();
        return Vector128.Equals(each & one, one);
    }

    /// <summary>The numbers, negative where a bit is set.</summary>
    /// <param name="numbers">From 0 to 127.</param>
    /// <param name="signs">A bit for each, the lowest first.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Signed(Vector128<sbyte> numbers, int signs)
    {
        var negative = Spread(signs).AsSByte();
        return (numbers ^ negative) - negative;
    }

    /// <summary>Bytes less a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Less(Vector128<byte> bytes, sbyte number) => bytes.AsSByte() - Vector128.Create(number);

    /// <summary>Writes scale * q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<TInto>(Vector128<sbyte> quants, float scale, int at, ref TInto into)
        where TInto : struct, ISixteens => into.Take(Numbers(quants) * Vector512.Create(scale), at);

    /// <summary>Writes scale * q + least, the product rounded before the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<TInto>(Vector128<sbyte> quants, float scale, float least, int at, ref TInto into)
        where TInto : struct, ISixteens => into.Take((Numbers(quants) * Vector512.Create(scale)) + Vector512.Create(least), at);

    /// <summary>Sixteen whole numbers as float32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Numbers(Vector128<sbyte> quants)
    {
        if (Avx512F.IsSupported)
        {
            return Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(quants));
        }

        var (first, last) = Vector128.Widen(quants);
        return Vector512.Create(Numbers(first), Numbers(last));
    }

    /// <summary>Sixteen numbers of two bytes in words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Words(Vector256<ushort> halves) =>
        Avx512F.IsSupported ? Avx512F.ConvertToVector512UInt32(halves) : Vector512.WidenLower(halves.ToVector512Unsafe());

    /// <summary>A float16 of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Half(ReadOnlySpan<byte> block, int at) => Half(BinaryPrimitives.ReadUInt16LittleEndian(block[at..]));

    /// <summary>
    /// A float16: its bits moved to a float32's places, whose exponents count from 112 less. Without a call, before which a loop would have to put all its
    /// sums into memory.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Half(uint bits) => BitConverter.UInt32BitsToSingle(WideBits(bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint WideBits(uint bits)
    {
        const float Least = 1f / (1 << 24); // What numbers below the normal ones are multiples of.
        uint sign = (bits & 0x8000) << 16, size = bits & 0x7FFF;
        return sign | (size - 0x0400 < 0x7800
            ? (size << 13) + (112 << 23)
            : size < 0x0400 ? BitConverter.SingleToUInt32Bits((int)size * Least) : (size << 13) | 0x7F80_0000);
    }

    /// <summary>Two float16, one behind the other: where both are normal, their bits are moved at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (float First, float Second) TwoHalves(ReadOnlySpan<byte> block, int at)
    {
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(block[at..]);
        ulong wide;

        // An exponent of all zeros or ones carries into the highest bit of one of these. Older processors than those of AVX-512 deposit bits slowly.
        var exponents = bits & 0x7C00_7C00;
        if (Avx512F.IsSupported && Bmi2.X64.IsSupported && (((exponents + 0x0400_0400) | (exponents - 0x0400_0400)) & 0x8000_8000) == 0)
        {
            wide = Bmi2.X64.ParallelBitDeposit(bits, 0x8FFF_E000_8FFF_E000) + 0x3800_0000_3800_0000;
        }
        else
        {
            wide = WideBits(bits & 0xFFFF) | ((ulong)WideBits(bits >> 16) << 32);
        }

        return (BitConverter.UInt32BitsToSingle((uint)wide), BitConverter.UInt32BitsToSingle((uint)(wide >> 32)));
    }

    /// <summary>Half a byte: of the byte n / 2 the low one for an even n, the high one for an odd n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Nibble(ReadOnlySpan<byte> bytes, int n) => (bytes[n / 2] >> (4 * (n % 2))) & 15;

    /// <summary>The number that is farthest from 0, the first of several.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Farthest(ReadOnlySpan<float> values)
    {
        var farthest = 0f;
        foreach (var value in values)
        {
            farthest = MathF.Abs(value) > MathF.Abs(farthest) ? value : farthest;
        }

        return farthest;
    }

    /// <summary>What numbers are multiplied by to be counted in steps of a scale; 0 where the scale is too small to be told from it.</summary>
    public static float Inverse(float scale) => scale == 0 || !float.IsFinite(1 / scale) ? 0 : 1 / scale;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Numbers(Vector128<short> eight)
    {
        var (first, last) = Vector128.Widen(eight);
        return Vector256.ConvertToSingle(Vector256.Create(first, last));
    }
}

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
    public static void Write(Vector128<sbyte> quants, float scale, Span<float> values)
    {
        if (Avx512F.IsSupported)
        {
            (Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(quants)) * Vector512.Create(scale)).CopyTo(values);
            return;
        }

        var (first, last) = Vector128.Widen(quants);
        (Numbers(first) * Vector256.Create(scale)).CopyTo(values);
        (Numbers(last) * Vector256.Create(scale)).CopyTo(values[8..]);
    }

    /// <summary>Writes scale * q + least, the product rounded before the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(Vector128<byte> quants, float scale, float least, Span<float> values)
    {
        if (Avx512F.IsSupported)
        {
            ((Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(quants)) * Vector512.Create(scale)) + Vector512.Create(least)).CopyTo(values);
            return;
        }

        var (first, last) = Vector128.Widen(quants);
        ((Numbers(first.AsInt16()) * Vector256.Create(scale)) + Vector256.Create(least)).CopyTo(values);
        ((Numbers(last.AsInt16()) * Vector256.Create(scale)) + Vector256.Create(least)).CopyTo(values[8..]);
    }

    /// <summary>A float16 of a block: its bits moved to a float32's places, whose exponents count from 112 less. Zero and what is beyond normal numbers take the long way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Half(ReadOnlySpan<byte> block, int at)
    {
        uint bits = BinaryPrimitives.ReadUInt16LittleEndian(block[at..]), size = bits & 0x7FFF;
        return size - 0x0400 < 0x7800
            ? BitConverter.UInt32BitsToSingle(((bits & 0x8000) << 16) | ((size << 13) + (112 << 23)))
            : (float)BitConverter.UInt16BitsToHalf((ushort)bits);
    }

    /// <summary>Half a byte: of the byte n / 2 the low one for an even n, the high one for an odd n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Nibble(ReadOnlySpan<byte> bytes, int n) => (bytes[n / 2] >> (4 * (n % 2))) & 15;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Numbers(Vector128<short> eight)
    {
        var (first, last) = Vector128.Widen(eight);
        return Vector256.ConvertToSingle(Vector256.Create(first, last));
    }
}

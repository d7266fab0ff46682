using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>Sixteen small whole numbers at a time, of which the blocks of every type are made: taken out of packed bits, and written as float32.</summary>
internal static class Sixteen
{
    /// <summary>Some bits of each of sixteen bytes.</summary>
    /// <param name="bytes">At least sixteen.</param>
    /// <param name="shift">The lowest of the bits.</param>
    /// <param name="mask">What is kept behind it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Bits(ReadOnlySpan<byte> bytes, int shift, byte mask) => (Vector128.Create(bytes) >>> shift) & Vector128.Create(mask);

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
        var factor = Vector128.Create(scale);
        var (low, high) = Vector128.Widen(quants);
        Write(low, factor, values);
        Write(high, factor, values[8..]);
    }

    /// <summary>Writes scale * q + least, the product rounded before the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(Vector128<byte> quants, float scale, float least, Span<float> values)
    {
        Vector128<float> factor = Vector128.Create(scale), offset = Vector128.Create(least);
        var (low, high) = Vector128.Widen(quants.AsSByte()); // No type has more than seven bits here.
        Write(low, factor, offset, values);
        Write(high, factor, offset, values[8..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(Vector128<short> quants, Vector128<float> factor, Span<float> values)
    {
        var (low, high) = Vector128.Widen(quants);
        (Vector128.ConvertToSingle(low) * factor).CopyTo(values);
        (Vector128.ConvertToSingle(high) * factor).CopyTo(values[4..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(Vector128<short> quants, Vector128<float> factor, Vector128<float> offset, Span<float> values)
    {
        var (low, high) = Vector128.Widen(quants);
        ((Vector128.ConvertToSingle(low) * factor) + offset).CopyTo(values);
        ((Vector128.ConvertToSingle(high) * factor) + offset).CopyTo(values[4..]);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>Blocks of 32: an exponent e, and 16 bytes of two four-bit floating-point numbers each, in the order of <see cref="Q4_0"/>; twice such a number is whole, and is multiplied by 2^(e - 128).</summary>
internal readonly struct MXFP4 : IBlock
{
    public static int Length => 32;

    public static int Bytes => 17;

    private static Vector128<sbyte> Table => Vector128.Create((sbyte)0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens
    {
        new FourBits(Table, Power(block[0])).Write(block[1..], 0, ref into);
    }

    /// <summary>2^(e - 128), of which the least two are below the normal numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Power(byte exponent) => BitConverter.Int32BitsToSingle(exponent < 2 ? 0x0020_0000 << exponent : (exponent - 1) << 23);

    /// <summary>Twice the numbers of a sign, two bits of exponent and one of mantissa.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<sbyte> Doubled(Vector128<byte> quants) => Vector128.Shuffle(Table, quants.AsSByte());
}

using System.Runtime.CompilerServices;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>
/// Blocks of 64: four scales, each of four bits of exponent and three of mantissa, for 16 numbers each, and 8 bytes for each of
/// these with the numbers of <see cref="MXFP4"/>, the low halves first; each number is half a scale times a doubled one.
/// </summary>
internal readonly struct NVFP4 : IBlock
{
    public static int Length => 64;

    public static int Bytes => 36;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens
    {
        for (var n = 0; n < 4; n++)
        {
            Sixteen.Write(MXFP4.Doubled(Sixteen.Halves(block[(4 + (8 * n))..])), Scale(block[n]) / 2, 16 * n, ref into);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Scale(byte bits)
    {
        var (exponent, mantissa) = ((bits >> 3) & 15, bits & 7);
        return bits is 0x7F ? 0 : exponent == 0 ? mantissa / 512f : BitConverter.Int32BitsToSingle(((exponent + 120) << 23) | (mantissa << 20));
    }
}

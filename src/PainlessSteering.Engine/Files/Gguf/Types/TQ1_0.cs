using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>
/// Blocks of 256 numbers of -1, 0 and 1 times a float16 d: 48 bytes of five each, 4 bytes of four each, and d. Byte times 3^n, cut to eight bits, is the
/// fraction of which the digit n in base 3 is the first. The first 32 bytes have 160 numbers, those of one n together, the next 16 have 80, the
/// last four 16.
/// </summary>
internal readonly struct TQ1_0 : IBlock
{
    public static int Length => 256;

    public static int Bytes => 54;

    public static ReadOnlySpan<int> FiniteBy => [52];

    private const int Places = 5;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens
    {
        var scale = Sixteen.Half(block, 52);
        for (int n = 0, power = 1; n < Places; n++, power *= 3)
        {
            Sixteen.Write(Digits(Vector128.Create(block), power), scale, 32 * n, ref into);
            Sixteen.Write(Digits(Vector128.Create(block[16..]), power), scale, (32 * n) + 16, ref into);
        }

        for (int n = 0, power = 1; n < Places; n++, power *= 3)
        {
            Sixteen.Write(Digits(Vector128.Create(block[32..]), power), scale, 160 + (16 * n), ref into);
        }

        Span<byte> last = stackalloc byte[16];
        for (int n = 0, power = 1; n < last.Length; n += 4, power *= 3)
        {
            for (var i = 0; i < 4; i++)
            {
                last[n + i] = (byte)(block[48 + i] * power);
            }
        }

        Sixteen.Write(Digits(Vector128.Create<byte>(last), 1), scale, 240, ref into);
    }

    /// <summary>One digit of each byte, less one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> Digits(Vector128<byte> bytes, int power)
    {
        var (low, high) = Vector128.Widen(bytes * Vector128.Create((byte)power));
        var three = Vector128.Create((ushort)3);
        return Sixteen.Less(Vector128.Narrow((low * three) >>> 8, (high * three) >>> 8), 1);
    }
}

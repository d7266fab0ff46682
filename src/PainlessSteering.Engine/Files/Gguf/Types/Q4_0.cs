using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>Blocks of 32: a float16 scale d, and 16 bytes of two q each, of which the low halves are the first 16 numbers and the high halves the last; each number is d (q - 8).</summary>
internal readonly struct Q4_0 : IPackedBlock
{
    public static int Length => 32;

    public static int Bytes => 18;

    public static ReadOnlySpan<int> FiniteBy => [0];

    private static Vector128<sbyte> Table => Vector128.Create((sbyte)-8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens
    {
        var scale = Sixteen.Half(block, 0);
        new FourBits(Table, scale).Write(block[2..], 0, ref into);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(ReadOnlySpan<float> values, Span<byte> block)
    {
        var scale = Sixteen.Farthest(values) / -8; // The number farthest from 0 becomes -8, of which there is no +8.
        var inverse = Sixteen.Inverse(scale);
        BinaryPrimitives.WriteHalfLittleEndian(block, (Half)scale);
        for (var i = 0; i < Length / 2; i++)
        {
            block[2 + i] = (byte)(Quantised(values[i], inverse) | (Quantised(values[i + 16], inverse) << 4));
        }
    }

    private static int Quantised(float value, float inverse) => Math.Min(15, (int)((value * inverse) + 8.5f));
}

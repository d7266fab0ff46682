using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>Blocks of 32: a float16 scale d, the fifth bits of all q, and 16 bytes with their low four bits as in <see cref="Q4_0"/>; each number is d (q - 16).</summary>
internal readonly struct Q5_0 : IBlock
{
    public static int Length => 32;

    public static int Bytes => 22;

    public static ReadOnlySpan<int> FiniteBy => [0];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens
    {
        var scale = Sixteen.Half(block, 0);
        for (var half = 0; half < 2; half++)
        {
            Sixteen.Write(Sixteen.Less(Quants(block[2..], half), 16), scale, 16 * half, ref into);
        }
    }

    /// <summary>Sixteen q of five bits.</summary>
    /// <param name="packed">Fifth bits, then low bits.</param>
    /// <param name="half">Of the block.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<byte> Quants(ReadOnlySpan<byte> packed, int half)
    {
        var fifth = Sixteen.Spread(BinaryPrimitives.ReadUInt16LittleEndian(packed[(2 * half)..])) & Vector128.Create((byte)16);
        return Sixteen.Bits(packed[4..], 4 * half, 15) | fifth;
    }
}

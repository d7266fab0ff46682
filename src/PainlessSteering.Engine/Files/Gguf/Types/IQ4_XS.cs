using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>
/// Blocks of 256: a float16 d, the high two and then the low four bits of a scale s for each 32 numbers, and 128 bytes of two q each as in
/// <see cref="IQ4_NL"/>; each number is d (s - 32) times the level of q.
/// </summary>
internal readonly struct IQ4_XS : IBlock
{
    public static int Length => 256;

    public static int Bytes => 136;

    public static ReadOnlySpan<int> FiniteBy => [0];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens
    {
        var (whole, high) = (Sixteen.Half(block, 0), BinaryPrimitives.ReadUInt16LittleEndian(block[2..]));
        for (var n = 0; n < 8; n++)
        {
            var scale = whole * ((Sixteen.Nibble(block[4..], n) | (((high >> (2 * n)) & 3) << 4)) - 32);
            new FourBits(IQ4_NL.Levels, scale).Write(block[(8 + (16 * n))..], 32 * n, ref into);
        }
    }
}

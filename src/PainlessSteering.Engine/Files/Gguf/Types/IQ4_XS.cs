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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen(ReadOnlySpan<byte> block, Span<float> values)
    {
        var (whole, high) = (Sixteen.Half(block, 0), BinaryPrimitives.ReadUInt16LittleEndian(block[2..]));
        for (var n = 0; n < 8; n++)
        {
            var scale = whole * ((Sixteen.Nibble(block[4..], n) | (((high >> (2 * n)) & 3) << 4)) - 32);
            var quants = block[(8 + (16 * n))..];
            Sixteen.Write(IQ4_NL.Levels(Sixteen.Bits(quants, 0, 15)), scale, values[(32 * n)..]);
            Sixteen.Write(IQ4_NL.Levels(Sixteen.Bits(quants, 4, 15)), scale, values[((32 * n) + 16)..]);
        }
    }
}

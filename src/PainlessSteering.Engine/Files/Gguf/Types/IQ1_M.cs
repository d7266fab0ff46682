using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>
/// Blocks of 256: as <see cref="IQ1_S"/>, with half a byte for each eight numbers, three high bits and the sign of their shift, and four times 16 bits, of which
/// the highest four are a part of d, the lowest first, and the others a scale s of three bits for each 16 numbers.
/// </summary>
internal readonly struct IQ1_M : IBlock
{
    public static int Length => 256;

    public static int Bytes => 56;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens
    {
        var packed = BinaryPrimitives.ReadUInt64LittleEndian(block[48..]);
        var whole = Sixteen.Half((uint)(((packed >> 12) & 0xF) | ((packed >> 24) & 0xF0) | ((packed >> 36) & 0xF00) | ((packed >> 48) & 0xF000)));
        for (var n = 0; n < 16; n++)
        {
            int first = Sixteen.Nibble(block[32..], 2 * n), second = Sixteen.Nibble(block[32..], (2 * n) + 1);
            var scale = (int)(packed >> ((16 * (n / 4)) + (3 * (n % 4)))) & 7;
            IQ1_S.Write(block[(2 * n)..], first & 7, second & 7, Shift(first), Shift(second), whole * ((2 * scale) + 1), 16 * n, ref into);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Shift(int half) => (half & 8) == 0 ? 1 : -1;
}

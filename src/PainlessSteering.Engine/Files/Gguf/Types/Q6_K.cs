using System.Buffers.Binary;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>
/// Blocks of 256: 128 bytes with the low four bits of q, 64 bytes with the high two, a signed byte s for each 16 numbers, and a float16
/// scale d; each number is d s (q - 32), the first product rounded before the second. In each half of 128 numbers, byte l of
/// the low bits is of numbers l and 64 + l, and byte l of the high bits of l, 32 + l, 64 + l and 96 + l. Files of other types have it
/// for the head.
/// </summary>
internal sealed class Q6_K() : BlockType(14, "Q6_K", 256, 210)
{
    public override void Widen(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; !blocks.IsEmpty; blocks = blocks[BlockBytes..], values = values[BlockLength..])
        {
            var scale = (float)BinaryPrimitives.ReadHalfLittleEndian(blocks[208..]);
            for (var i = 0; i < BlockLength; i++)
            {
                int half = i / 128, quarter = i / 32 % 4, at = i % 32;
                var low = (blocks[(64 * half) + (32 * (quarter % 2)) + at] >> (4 * (quarter / 2))) & 15;
                var high = (blocks[128 + (32 * half) + at] >> (2 * quarter)) & 3;
                values[i] = scale * (sbyte)blocks[192 + (i / 16)] * ((low | (high << 4)) - 32);
            }
        }
    }
}

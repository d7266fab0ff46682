using System.Buffers.Binary;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>
/// Blocks of 32: a float16 scale d, a float16 least value m, and 16 bytes of two q each, of which the low halves are the first 16
/// numbers and the high halves the last; each number is d q + m, the product rounded before the sum.
/// </summary>
internal sealed class Q4_1() : BlockType(3, "Q4_1", 32, 20)
{
    public override void Widen(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; !blocks.IsEmpty; blocks = blocks[BlockBytes..], values = values[BlockLength..])
        {
            float scale = (float)BinaryPrimitives.ReadHalfLittleEndian(blocks), least = (float)BinaryPrimitives.ReadHalfLittleEndian(blocks[2..]);
            var quants = blocks[4..BlockBytes];
            for (var i = 0; i < quants.Length; i++)
            {
                values[i] = (scale * (quants[i] & 15)) + least;
                values[i + 16] = (scale * (quants[i] >> 4)) + least;
            }
        }
    }
}

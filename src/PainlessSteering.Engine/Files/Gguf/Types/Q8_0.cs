using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>Blocks of 32: a float16 scale d, and 32 bytes q; each number is d q.</summary>
internal sealed class Q8_0() : BlockType(8, "Q8_0", 32, 34)
{
    public override void Widen(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; !blocks.IsEmpty; blocks = blocks[BlockBytes..], values = values[BlockLength..])
        {
            var scale = (float)BinaryPrimitives.ReadHalfLittleEndian(blocks);
            var quants = MemoryMarshal.Cast<byte, sbyte>(blocks[2..BlockBytes]);
            for (var i = 0; i < quants.Length; i++)
            {
                values[i] = scale * quants[i];
            }
        }
    }
}

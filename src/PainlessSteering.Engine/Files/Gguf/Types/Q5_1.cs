using System.Runtime.CompilerServices;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>Blocks of 32: a float16 scale d, a float16 least value m, and q of five bits as in <see cref="Q5_0"/>; each number is d q + m, the product rounded before the sum.</summary>
internal sealed class Q5_1() : BlockType(7, "Q5_1", 32, 24)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void WidenBlock(ReadOnlySpan<byte> block, Span<float> values)
    {
        float scale = Half(block, 0), least = Half(block, 2);
        for (var half = 0; half < 2; half++)
        {
            Sixteen.Write(Q5_0.Quants(block[4..], half), scale, least, values[(16 * half)..]);
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>Blocks of 32: a float16 scale d, and 32 bytes q; each number is d q.</summary>
internal sealed class Q8_0() : BlockType(8, "Q8_0", 32, 34)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void WidenBlock(ReadOnlySpan<byte> block, Span<float> values)
    {
        var scale = Half(block, 0);
        Sixteen.Write(Vector128.Create(block[2..]).AsSByte(), scale, values);
        Sixteen.Write(Vector128.Create(block[18..]).AsSByte(), scale, values[16..]);
    }
}

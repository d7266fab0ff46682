using System.Runtime.CompilerServices;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>Blocks of 32: a float16 scale d, and 16 bytes of two q each, of which the low halves are the first 16 numbers and the high halves the last; each number is d (q - 8).</summary>
internal readonly struct Q4_0 : IBlock
{
    public static int Length => 32;

    public static int Bytes => 18;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen(ReadOnlySpan<byte> block, Span<float> values)
    {
        var scale = Sixteen.Half(block, 0);
        Sixteen.Write(Sixteen.Less(Sixteen.Bits(block[2..], 0, 15), 8), scale, values);
        Sixteen.Write(Sixteen.Less(Sixteen.Bits(block[2..], 4, 15), 8), scale, values[16..]);
    }
}

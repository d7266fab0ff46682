using System.Runtime.CompilerServices;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>Blocks of 256 numbers: 64 bytes of four q each as in <see cref="Q2_K"/>, and a float16 d; each number is d (q - 1).</summary>
internal readonly struct TQ2_0 : IBlock
{
    public static int Length => 256;

    public static int Bytes => 66;

    public static ReadOnlySpan<int> FiniteBy => [64];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens
    {
        var scale = Sixteen.Half(block, 64);
        for (var n = 0; n < 16; n++)
        {
            var quants = Sixteen.Bits(block[((32 * (n / 8)) + (16 * (n % 2)))..], n / 2 % 4 * 2, 3);
            Sixteen.Write(Sixteen.Less(quants, 1), scale, 16 * n, ref into);
        }
    }
}

using System.Runtime.CompilerServices;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>
/// Blocks of 32: a float16 scale d, a float16 least value m, and 16 bytes of two q each, of which the low halves are the first 16
/// numbers and the high halves the last; each number is d q + m, the product rounded before the sum.
/// </summary>
internal readonly struct Q4_1 : IBlock
{
    public static int Length => 32;

    public static int Bytes => 20;

    public static ReadOnlySpan<int> FiniteBy => [0, 2];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens
    {
        var (scale, least) = Sixteen.TwoHalves(block, 0);
        new FourBits(FourBits.Unsigned, scale, least).Write(block[4..], 0, ref into);
    }
}

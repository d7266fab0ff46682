using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>Blocks of 32: a float16 scale d, a float16 least value m, and q of five bits as in <see cref="Q5_0"/>; each number is d q + m, the product rounded before the sum.</summary>
internal readonly struct Q5_1 : IBlock
{
    public static int Length => 32;

    public static int Bytes => 24;

    public static ReadOnlySpan<int> FiniteBy => [0, 2];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens
    {
        var (scale, least) = Sixteen.TwoHalves(block, 0);
        for (var half = 0; half < 2; half++)
        {
            Sixteen.Write(Q5_0.Quants(block[4..], half).AsSByte(), scale, least, 16 * half, ref into);
        }
    }
}

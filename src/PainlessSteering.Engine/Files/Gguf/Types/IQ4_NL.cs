using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>Blocks of 32: a float16 scale d, and 16 bytes of two q each as in <see cref="Q4_0"/>; each number is d times the level that q stands for.</summary>
internal readonly struct IQ4_NL : IBlock
{
    public static int Length => 32;

    public static int Bytes => 18;

    public static ReadOnlySpan<int> FiniteBy => [0];

    /// <summary>The levels that q stand for: close to each other near zero.</summary>
    internal static Vector128<sbyte> Levels => Vector128.Create((sbyte)-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens
    {
        var scale = Sixteen.Half(block, 0);
        new FourBits(Levels, scale).Write(block[2..], 0, ref into);
    }
}

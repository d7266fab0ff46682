using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>Blocks of 32: a float16 scale d, and 32 bytes q; each number is d q.</summary>
internal readonly struct Q8_0 : IBlock
{
    public static int Length => 32;

    public static int Bytes => 34;

    public static ReadOnlySpan<int> FiniteBy => [0];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens
    {
        var scale = Sixteen.Half(block, 0);
        Sixteen.Write(Vector128.Create(block[2..]).AsSByte(), scale, 0, ref into);
        Sixteen.Write(Vector128.Create(block[18..]).AsSByte(), scale, 16, ref into);
    }
}

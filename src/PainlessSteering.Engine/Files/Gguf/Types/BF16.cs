using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>Sixteen bfloat16, each the upper half of a float32. No scale: a row of any multiple of sixteen numbers is held so.</summary>
internal readonly struct BF16 : IBlock
{
    public static int Length => 16;

    public static int Bytes => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens => into.Take(Wide(Vector256.Create(block).AsUInt16()), 0);

    /// <summary>Sixteen numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Wide(Vector256<ushort> halves) => (Sixteen.Words(halves) << 16).AsSingle();
}

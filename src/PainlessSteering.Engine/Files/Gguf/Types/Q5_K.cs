using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>Blocks of 256: as <see cref="Q4_K"/>, with 32 bytes before the q that have their fifth bits: bit i of byte l is of number 32 i + l.</summary>
internal readonly struct Q5_K : IBlock
{
    public static int Length => 256;

    public static int Bytes => 176;

    public static ReadOnlySpan<int> FiniteBy => [0, 2];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens
    {
        var (whole, least) = Sixteen.TwoHalves(block, 0);
        for (var n = 0; n < 8; n++)
        {
            var (scale, offset) = Q4_K.Scales(block, n);
            for (var half = 0; half < 2; half++)
            {
                var fifth = Sixteen.Bits(block[(16 + (16 * half))..], n, 1) << 4;
                var quants = Sixteen.Bits(block[(48 + (32 * (n / 2)) + (16 * half))..], 4 * (n % 2), 15) | fifth;
                Sixteen.Write(quants.AsSByte(), whole * scale, -(least * offset), (32 * n) + (16 * half), ref into);
            }
        }
    }
}

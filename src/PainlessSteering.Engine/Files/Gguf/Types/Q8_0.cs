using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>Blocks of 32: a float16 scale d, and 32 bytes q; each number is d q.</summary>
internal readonly struct Q8_0 : IPackedBlock
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(ReadOnlySpan<float> values, Span<byte> block)
    {
        var scale = Math.Abs(Sixteen.Farthest(values)) / sbyte.MaxValue;
        var inverse = Sixteen.Inverse(scale);
        BinaryPrimitives.WriteHalfLittleEndian(block, (Half)scale);
        for (var i = 0; i < Length; i++)
        {
            block[2 + i] = (byte)(sbyte)MathF.Round(values[i] * inverse, MidpointRounding.AwayFromZero);
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>Sixteen float16. No scale: a row of any multiple of sixteen numbers is held so.</summary>
internal readonly struct F16 : IBlock
{
    public static int Length => 16;

    public static int Bytes => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens => into.Take(Wide(Vector256.Create(block).AsUInt16()), 0);

    /// <summary>A row of any length as float32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Widen(ushort* row, int count, float* wide)
    {
        var i = 0;
        for (; i <= count - Length; i += Length)
        {
            Wide(Vector256.Load(row + i)).Store(wide + i);
        }

        for (; i < count; i++)
        {
            wide[i] = (float)BitConverter.UInt16BitsToHalf(row[i]);
        }
    }

    /// <summary>
    /// Sixteen finite numbers: their bits moved to a float32's places, whose exponents count from 112 less. Of those below the normal ones the bits are
    /// behind the point of a number whose last place is theirs, which is then taken off.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Wide(Vector256<ushort> halves)
    {
        var words = Sixteen.Words(halves);
        var size = (words & Vector512.Create(0x7FFFu)) << 13;
        var least = Vector512.Create(113u << 23);
        var small = ((size + least).AsSingle() - least.AsSingle()).AsUInt32();
        var number = Vector512.ConditionalSelect(Vector512.LessThan(size, Vector512.Create(1u << 23)), small, size + Vector512.Create(112u << 23));
        return (number | ((words & Vector512.Create(0x8000u)) << 16)).AsSingle();
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>
/// What four bits stand for in a part of a block. With AVX-512 the sixteen numbers are computed once and then looked up by the packed bytes themselves, which
/// saves the conversion of every number; otherwise each is converted.
/// </summary>
internal readonly struct FourBits
{
    private readonly Vector512<float> _numbers;
    private readonly Vector128<sbyte> _levels;
    private readonly float _scale, _least;

    /// <param name="levels">Whole numbers that the bits 0 to 15 stand for.</param>
    /// <param name="scale">Of each.</param>
    /// <param name="least">Added to the rounded product; minus zero changes no number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FourBits(Vector128<sbyte> levels, float scale, float least = -0f)
    {
        (_levels, _scale, _least) = (levels, scale, least);
        if (Avx512F.IsSupported)
        {
            _numbers = (Sixteen.Numbers(levels) * Each(scale)) + Each(least);
        }
    }

    /// <summary>The bits 0 to 15 as numbers.</summary>
    public static Vector128<sbyte> Unsigned => Vector128.Create((sbyte)0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);

    /// <summary>Writes the numbers of the low halves of sixteen bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteLow<TInto>(Vector128<byte> bytes, int at, ref TInto into)
        where TInto : struct, ISixteens
    {
        if (Avx512F.IsSupported)
        {
            // The lookup ignores all but the lowest four bits.
            into.Take(Avx512F.PermuteVar16x32(_numbers, Avx512F.ConvertToVector512Int32(bytes)), at);
            return;
        }

        Convert(bytes & Vector128.Create((byte)15), at, ref into);
    }

    /// <summary>Writes the numbers of the high halves of sixteen bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteHigh<TInto>(Vector128<byte> bytes, int at, ref TInto into)
        where TInto : struct, ISixteens
    {
        if (Avx512F.IsSupported)
        {
            into.Take(Avx512F.PermuteVar16x32(_numbers, Avx512F.ConvertToVector512Int32(bytes) >>> 4), at);
            return;
        }

        Convert(Sixteen.Bits(bytes, 4, 15), at, ref into);
    }

    /// <summary>Writes the numbers of a block of 32 that is packed into sixteen bytes: the low halves, then the high ones.</summary>
    /// <param name="bytes">At least sixteen.</param>
    /// <param name="at">Where in the block.</param>
    /// <param name="into">Gets them.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write<TInto>(ReadOnlySpan<byte> bytes, int at, ref TInto into)
        where TInto : struct, ISixteens
    {
        var packed = Vector128.Create(bytes);
        if (Avx512F.IsSupported)
        {
            var places = Avx512F.ConvertToVector512Int32(packed);
            into.Take(Avx512F.PermuteVar16x32(_numbers, places), at);
            into.Take(Avx512F.PermuteVar16x32(_numbers, places >>> 4), at + 16);
            return;
        }

        WriteLow(packed, at, ref into);
        WriteHigh(packed, at + 16, ref into);
    }

    /// <summary>A number in all places: by its bits, which the processor spreads from where they were computed in one step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Each(float number) => Vector512.Create(BitConverter.SingleToUInt32Bits(number)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Convert<TInto>(Vector128<byte> quants, int at, ref TInto into)
        where TInto : struct, ISixteens => Sixteen.Write(Vector128.Shuffle(_levels, quants.AsSByte()), _scale, _least, at, ref into);
}

using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>
/// Blocks of 256: 128 bytes with the low four bits of q, 64 bytes with the high two, a signed byte s for each 16 numbers, and a float16
/// scale d; each number is d s (q - 32), the first product rounded before the second. In each half of 128 numbers, byte l of
/// the low bits is of numbers l and 64 + l, and byte l of the high bits of l, 32 + l, 64 + l and 96 + l. Files of other types have it
/// for the head.
/// </summary>
internal readonly struct Q6_K : IPackedBlock
{
    public static int Length => 256;

    public static int Bytes => 210;

    public static ReadOnlySpan<int> FiniteBy => [208];

    private const int Group = 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens
    {
        var scale = Sixteen.Half(block, 208);
        for (var half = 0; half < 2; half++)
        {
            Vector256<byte> low = Vector256.Create(block[(64 * half)..]), next = Vector256.Create(block[((64 * half) + 32)..]);
            var high = Vector256.Create(block[(128 + (32 * half))..]);
            var scales = block[(192 + (8 * half))..];
            Write(low & Vector256.Create((byte)15), ((high & Vector256.Create((byte)3)).AsUInt16() << 4).AsByte(), scale, scales, 128 * half, ref into);
            Write(next & Vector256.Create((byte)15), ((high & Vector256.Create((byte)12)).AsUInt16() << 2).AsByte(), scale, scales[2..], (128 * half) + 32, ref into);
            Write((low.AsUInt16() >>> 4).AsByte() & Vector256.Create((byte)15), high & Vector256.Create((byte)48), scale, scales[4..], (128 * half) + 64, ref into);
            Write((next.AsUInt16() >>> 4).AsByte() & Vector256.Create((byte)15), (high.AsUInt16() >>> 2).AsByte() & Vector256.Create((byte)48), scale, scales[6..], (128 * half) + 96, ref into);
        }
    }

    public static void Pack(ReadOnlySpan<float> values, Span<byte> block)
    {
        Span<float> fitted = stackalloc float[Length / Group];
        Span<sbyte> quants = stackalloc sbyte[Length];
        for (var group = 0; group < fitted.Length; group++)
        {
            fitted[group] = Q6_KFit.Scale(values.Slice(Group * group, Group), quants.Slice(Group * group, Group));
        }

        block.Clear();
        var largest = Sixteen.Farthest(fitted);
        if (MathF.Abs(largest) < Q6_KFit.Nothing)
        {
            return;
        }

        var inverse = -128 / largest;
        BinaryPrimitives.WriteHalfLittleEndian(block[208..], (Half)(1 / inverse));
        var whole = Sixteen.Half(block, 208);
        for (var group = 0; group < fitted.Length; group++)
        {
            var steps = (sbyte)Math.Min(127, Q6_KFit.Nearest(inverse * fitted[group]));
            block[192 + group] = (byte)steps;
            var scale = whole * steps;
            for (var i = Group * group; scale != 0 && i < Group * (group + 1); i++)
            {
                quants[i] = Q6_KFit.Quant(values[i] / scale);
            }
        }

        for (var half = 0; half < 2; half++)
        {
            for (var l = 0; l < 32; l++)
            {
                var of = quants[(128 * half)..];
                int first = of[l] + 32, second = of[32 + l] + 32, third = of[64 + l] + 32, fourth = of[96 + l] + 32;
                block[(64 * half) + l] = (byte)((first & 15) | ((third & 15) << 4));
                block[(64 * half) + 32 + l] = (byte)((second & 15) | ((fourth & 15) << 4));
                block[128 + (32 * half) + l] = (byte)((first >> 4) | ((second >> 4) << 2) | ((third >> 4) << 4) | ((fourth >> 4) << 6));
            }
        }
    }

    /// <summary>Writes 32 numbers of two scales.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<TInto>(Vector256<byte> low, Vector256<byte> high, float scale, ReadOnlySpan<byte> scales, int at, ref TInto into)
        where TInto : struct, ISixteens
    {
        var quants = (low | high).AsSByte() - Vector256.Create((sbyte)32);
        Sixteen.Write(quants.GetLower(), scale * (sbyte)scales[0], at, ref into);
        Sixteen.Write(quants.GetUpper(), scale * (sbyte)scales[1], at + 16, ref into);
    }
}

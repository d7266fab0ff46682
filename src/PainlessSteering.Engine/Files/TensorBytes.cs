using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Files;

/// <summary>The memory of contiguous CPU tensors, in pieces that fit a span.</summary>
internal static class TensorBytes
{
    private const long ElementsAtOnce = 1 << 24;
    private const long ElementsOfPart = 1 << 20;
    private const uint FloatExponent = 0x7F80_0000;

    /// <summary>Sees one piece; <paramref name="start"/> is its first byte, counted from the first of the tensor.</summary>
    public delegate void Visitor(long start, Span<byte> bytes);

    /// <summary>Calls the visitor for all bytes of the tensor in order.</summary>
    public static void Visit(Tensor tensor, Visitor visitor)
    {
        using var flat = tensor.view(-1);
        for (var first = 0L; first < flat.numel(); first += ElementsAtOnce)
        {
            using var piece = flat.narrow(0, first, Math.Min(ElementsAtOnce, flat.numel() - first));
            visitor(first * piece.element_size(), piece.bytes);
        }
    }

    /// <summary>Index in the flattened tensor of the first NaN or infinity, or null: one pass over its bits by all processors, at the speed of memory.</summary>
    public static long? FirstNonFinite(Tensor tensor)
    {
        var type = tensor.dtype;
        var found = long.MaxValue;
        var finding = new Lock();
        using var flat = tensor.view(-1);
        Parallel.For(0L, (flat.numel() + ElementsOfPart - 1) / ElementsOfPart, part =>
        {
            var first = part * ElementsOfPart;
            using var piece = flat.narrow(0, first, Math.Min(ElementsOfPart, flat.numel() - first));

            // A number is not finite when all bits of its exponent are set.
            var index = type switch
            {
                ScalarType.BFloat16 => IndexOfAllSet<ushort>(piece.bytes, 0x7F80),
                ScalarType.Float16 => IndexOfAllSet<ushort>(piece.bytes, 0x7C00),
                ScalarType.Float32 => IndexOfAllSet(piece.bytes, FloatExponent),
                ScalarType.Float64 => IndexOfAllSet<ulong>(piece.bytes, 0x7FF0_0000_0000_0000),
                _ => -1,
            };
            if (index >= 0)
            {
                lock (finding)
                {
                    found = Math.Min(found, first + index);
                }
            }
        });
        return found == long.MaxValue ? null : found;
    }

    /// <summary>Index of the first NaN or infinity of some float32 numbers, or null.</summary>
    public static int? FirstNonFinite(ReadOnlySpan<byte> numbers) => IndexOfAllSet(numbers, FloatExponent) is >= 0 and var index ? index : null;

    private static int IndexOfAllSet<T>(ReadOnlySpan<byte> bytes, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        var values = MemoryMarshal.Cast<byte, T>(bytes);
        var vectors = MemoryMarshal.Cast<T, Vector<T>>(values);
        var mask = new Vector<T>(exponent);
        var first = 0;
        while (first < vectors.Length && !Vector.EqualsAny(vectors[first] & mask, mask))
        {
            first++;
        }

        for (var i = first * Vector<T>.Count; i < values.Length; i++)
        {
            if ((values[i] & exponent) == exponent)
            {
                return i;
            }
        }

        return -1;
    }
}

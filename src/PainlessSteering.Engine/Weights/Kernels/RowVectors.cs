using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>
/// Sixteen neighbours of a float32 or bfloat16 row as two vectors of float32, to compute with. Which element is where depends on the type: halves of a
/// float32 row, but even and odd elements of a bfloat16 row, because these are had from its words by a shift and a mask (a bfloat16 is the
/// upper half of a float32).
/// </summary>
/// <remarks>Kernels made of these are compiled for speed at once: as .NET first compiles a method, a vector is a call for every operation.</remarks>
internal static unsafe class RowVectors
{
    /// <summary>Elements of two vectors; rows whose length is no multiple of it are left to libtorch.</summary>
    public const int Count = 16;

    /// <summary>The half of a word in which a bfloat16 is a float32.</summary>
    public const uint UpperHalf = 0xFFFF0000;

    /// <typeparam name="T">float, or ushort for bfloat16.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<T>(T* from, out Vector256<float> first, out Vector256<float> second)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            first = Vector256.Load((float*)from);
            second = Vector256.Load((float*)from + (Count / 2));
        }
        else
        {
            var words = Vector256.Load((uint*)from);
            first = Vector256.ShiftLeft(words, 16).AsSingle();
            second = (words & Vector256.Create(UpperHalf)).AsSingle();
        }
    }

    /// <summary>Rounds to the nearest, ties to even, where the type is narrower.</summary>
    /// <typeparam name="T">float, or ushort for bfloat16.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(Vector256<float> first, Vector256<float> second, T* into)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            first.Store((float*)into);
            second.Store((float*)into + (Count / 2));
        }
        else
        {
            (Vector256.ShiftRightLogical(Nearest(first), 16) | (Nearest(second) & Vector256.Create(UpperHalf))).Store((uint*)into);
        }
    }

    /// <summary>What is left of numbers in the type.</summary>
    /// <typeparam name="T">float, or ushort for bfloat16.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Rounded<T>(Vector256<float> numbers)
        where T : unmanaged => typeof(T) == typeof(float) ? numbers : (Nearest(numbers) & Vector256.Create(UpperHalf)).AsSingle();

    /// <summary>One element as a number.</summary>
    /// <typeparam name="T">float, or ushort for bfloat16.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Number<T>(T element)
        where T : unmanaged => typeof(T) == typeof(float) ? *(float*)&element : BitConverter.UInt32BitsToSingle((uint)*(ushort*)&element << 16);

    /// <summary>A number as one element, rounded like a vector's.</summary>
    /// <typeparam name="T">float, or ushort for bfloat16.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Element<T>(float number)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return *(T*)&number;
        }

        var half = (ushort)(Nearest(Vector256.CreateScalar(number))[0] >> 16);
        return *(T*)&half;
    }

    /// <summary>A row as float32, in order.</summary>
    /// <typeparam name="T">float, or ushort for bfloat16.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Widen<T>(T* row, int count, float* wide)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            new ReadOnlySpan<float>(row, count).CopyTo(new Span<float>(wide, count));
            return;
        }

        var i = 0;
        for (; i <= count - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.Load((ushort*)row + i));
            Vector256.ShiftLeft(low, 16).AsSingle().Store(wide + i);
            Vector256.ShiftLeft(high, 16).AsSingle().Store(wide + i + Vector256<uint>.Count);
        }

        for (; i < count; i++)
        {
            wide[i] = Number(row[i]);
        }
    }

    /// <summary>A row of float32 as bfloat16, in order.</summary>
    public static void Narrow(float* row, int count, ushort* halves)
    {
        var i = 0;
        for (; i <= count - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            Narrowed(Vector512.Load(row + i)).Store(halves + i);
        }

        for (; i < count; i++)
        {
            halves[i] = Element<ushort>(row[i]);
        }
    }

    /// <summary>All of some rows as float32, in order.</summary>
    /// <param name="rows">[n, size] float32 or bfloat16, contiguous.</param>
    /// <param name="wide">[n, stride]; gets the numbers.</param>
    /// <param name="stride">At least the size.</param>
    public static void Widen(Tensor rows, float* wide, int stride)
    {
        var (from, size) = (Libtorch.Address(rows), (int)rows.size(1));
        for (var row = 0L; row < rows.size(0); row++)
        {
            if (rows.dtype == ScalarType.Float32)
            {
                Widen((float*)from + (row * size), size, wide + (row * stride));
            }
            else
            {
                Widen((ushort*)from + (row * size), size, wide + (row * stride));
            }
        }
    }

    /// <summary>Sixteen bfloat16 as numbers, in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Wide(ushort* halves) =>
        Vector512.ShiftLeft(Vector512.WidenLower(Vector256.Load(halves).ToVector512Unsafe()), 16).AsSingle();

    /// <summary>Sixteen numbers as bfloat16, in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ushort> Narrowed(Vector512<float> numbers) => Vector256.Narrow(
        Vector256.ShiftRightLogical(Nearest(numbers.GetLower()), 16), Vector256.ShiftRightLogical(Nearest(numbers.GetUpper()), 16));

    /// <summary>
    /// Numbers whose upper halves are the nearest bfloat16. A NaN that the processor makes, or that stood in a bfloat16, has nothing in its lower half that
    /// would carry it over into a number.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Nearest(Vector256<float> numbers)
    {
        var bits = numbers.AsUInt32();
        return bits + Vector256.Create(0x7FFFu) + (Vector256.ShiftRightLogical(bits, 16) & Vector256.Create(1u));
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PainlessSteering.Models.Kernels;

/// <summary>Eight elements of a float32 or bfloat16 row as float32, to compute with. A bfloat16 is the upper half of a float32.</summary>
internal static unsafe class RowVectors
{
    /// <summary>Elements of a vector; rows whose length is no multiple of it are left to libtorch.</summary>
    public const int Count = 8;

    /// <typeparam name="T">float, or ushort for bfloat16.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load<T>(T* from)
        where T : unmanaged => typeof(T) == typeof(float)
            ? Vector256.Load((float*)from)
            : Vector256.ShiftLeft(Vector256.WidenLower(Vector128.Load((ushort*)from).ToVector256Unsafe()), 16).AsSingle();

    /// <summary>Rounds to the nearest, ties to even, where the type is narrower.</summary>
    /// <typeparam name="T">float, or ushort for bfloat16.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(Vector256<float> values, T* into)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            values.Store((float*)into);
        }
        else
        {
            Vector256.Narrow(UpperHalves(values), Vector256<uint>.Zero).GetLower().Store((ushort*)into);
        }
    }

    /// <summary>What is left of the values in the type.</summary>
    /// <typeparam name="T">float, or ushort for bfloat16.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Rounded<T>(Vector256<float> values)
        where T : unmanaged => typeof(T) == typeof(float) ? values : Vector256.ShiftLeft(UpperHalves(values), 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> UpperHalves(Vector256<float> values)
    {
        var bits = values.AsUInt32();
        var odd = Vector256.ShiftRightLogical(bits, 16) & Vector256.Create(1u);
        var rounded = Vector256.ShiftRightLogical(bits + Vector256.Create(0x7FFFu) + odd, 16);
        return Vector256.ConditionalSelect(Vector256.IsNaN(values).AsUInt32(), Vector256.Create(0x7FC0u), rounded);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>
/// e^x in float32, to two units in the last place. libtorch's took 25 times as long in some processes and not in others on the same machine (Zen 5), and
/// then was most of a pass; .NET's computes in float64.
/// </summary>
internal static class Exponential
{
    /// <summary>Of numbers outside these the result is that of the nearest: e^x would not be a normal float32.</summary>
    private const float Least = -87, Most = 88;

    /// <summary>ln 2 in two parts, the first with so few digits that its multiples are exact.</summary>
    private const float LnTwo = 0.693359375f, LnTwoRest = -2.12194440e-4f;

    private const float Log2E = 1.44269504f;

    private const int FractionBits = 23;

    /// <summary>Of sixteen numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<float> First, Vector256<float> Second) Of(Vector256<float> first, Vector256<float> second)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            var both = Of(Vector512.Create(first, second));
            return (both.GetLower(), both.GetUpper());
        }

        return (Of(first), Of(second));
    }

    // e^x = 2^n e^r with |r| at most ln 2 / 2, where Taylor's first eight terms are exact to 5e-9; the same for both widths.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Of(Vector256<float> x)
    {
        var bounded = Vector256.MinNative(Vector256.Create(Most), Vector256.MaxNative(Vector256.Create(Least), x)); // In this order NaN stays.
        var n = Vector256.Round(bounded * Log2E);
        var r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-LnTwo), bounded);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-LnTwoRest), r);
        var sum = Vector256.FusedMultiplyAdd(Vector256.Create(1f / 5040), r, Vector256.Create(1f / 720));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1f / 120));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1f / 24));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1f / 6));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1f / 2));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256<float>.One);
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256<float>.One);
        return (sum.AsInt32() + Vector256.ShiftLeft(Vector256.ConvertToInt32Native(n), FractionBits)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Of(Vector512<float> x)
    {
        var bounded = Vector512.MinNative(Vector512.Create(Most), Vector512.MaxNative(Vector512.Create(Least), x));
        var n = Vector512.Round(bounded * Log2E);
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-LnTwo), bounded);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-LnTwoRest), r);
        var sum = Vector512.FusedMultiplyAdd(Vector512.Create(1f / 5040), r, Vector512.Create(1f / 720));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1f / 120));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1f / 24));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1f / 6));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1f / 2));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512<float>.One);
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512<float>.One);
        return (sum.AsInt32() + Vector512.ShiftLeft(Vector512.ConvertToInt32Native(n), FractionBits)).AsSingle();
    }
}

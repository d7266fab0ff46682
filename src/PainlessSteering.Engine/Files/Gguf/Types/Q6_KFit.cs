namespace PainlessSteering.Engine.Files.Gguf.Types;

/// <summary>
/// Finds the scale of a group of numbers that are to be whole numbers from -32 to 31 times it: of nineteen that put the number farthest from 0
/// near -32, the one with the least error, each number's weighted by its square; each is then the best for its whole numbers.
/// </summary>
internal static class Q6_KFit
{
    private const int Steps = 32, Tries = 9;

    /// <summary>A group of numbers below this counts as zeros.</summary>
    public const float Nothing = 1e-15f;

    /// <param name="values">The numbers of a group.</param>
    /// <param name="quants">Gets the whole numbers of the best scale.</param>
    /// <returns>The scale; 0 where all numbers count as zeros.</returns>
    public static float Scale(ReadOnlySpan<float> values, Span<sbyte> quants)
    {
        var farthest = Sixteen.Farthest(values);
        if (MathF.Abs(farthest) < Nothing)
        {
            quants.Fill(-Steps);
            return 0;
        }

        var (product, square) = Sums(values, -Steps / farthest);
        Fill(values, -Steps / farthest, quants);
        var scale = square != 0 ? product / square : 0;
        var best = scale * product;
        for (var shift = -Tries; shift <= Tries; shift++)
        {
            var inverse = -(Steps + (0.1f * shift)) / farthest;
            (product, square) = shift == 0 ? (0, 0) : Sums(values, inverse);
            if (square > 0 && product * product > best * square)
            {
                Fill(values, inverse, quants);
                scale = product / square;
                best = scale * product;
            }
        }

        return scale;
    }

    /// <summary>A number of steps as the block holds it.</summary>
    public static sbyte Quant(float steps) => (sbyte)Math.Clamp(Nearest(steps), -Steps, Steps - 1);

    /// <summary>The nearest whole number, of two the even one.</summary>
    public static int Nearest(float value) => (int)MathF.Round(value);

    private static void Fill(ReadOnlySpan<float> values, float inverse, Span<sbyte> quants)
    {
        for (var i = 0; i < values.Length; i++)
        {
            quants[i] = Quant(inverse * values[i]);
        }
    }

    /// <summary>Weighted sums of number times quant, and of quant times quant.</summary>
    private static (float Product, float Square) Sums(ReadOnlySpan<float> values, float inverse)
    {
        var (product, square) = (0f, 0f);
        foreach (var value in values)
        {
            int quant = Quant(inverse * value);
            var weight = value * value;
            product += weight * value * quant;
            square += weight * quant * quant;
        }

        return (product, square);
    }
}

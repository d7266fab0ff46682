using MathNet.Numerics;

namespace PainlessSteering.Statistics;

/// <summary>
/// The exact McNemar test of paired predictions: given the number of flips, wrong-to-right flips follow
/// Binomial(flips, 1/2) when steering changes nothing but noise.
/// </summary>
/// <param name="PHelps">One-sided: the chance of at least this many wrong-to-right flips.</param>
/// <param name="PHurts">One-sided: the chance of at least this many right-to-wrong flips.</param>
/// <param name="PTwoSided">Twice the smaller one-sided value, at most 1.</param>
public sealed record McNemar(double PHelps, double PHurts, double PTwoSided)
{
    /// <summary>Tests the flips; without any flip every p is 1.</summary>
    public static McNemar Of(Flips flips)
    {
        var discordant = flips.RightToWrong + flips.WrongToRight;
        var helps = UpperTail(flips.WrongToRight, discordant);
        var hurts = UpperTail(flips.RightToWrong, discordant);
        return new(helps, hurts, Math.Min(1, 2 * Math.Min(helps, hurts)));
    }

    /// <summary>
    /// The fewest wrong-to-right flips that reach p &lt; <paramref name="alpha"/> when no item turns wrong: the best case of this test
    /// (5 at 0.05). Divided by the number of items it is the smallest effect that so many items could have shown.
    /// </summary>
    public static int FewestFlips(double alpha)
    {
        var flips = 1;
        for (var p = 0.5; p >= alpha; p /= 2)
        {
            flips++;
        }

        return flips;
    }

    // P(X >= k) of X ~ Binomial(n, 1/2), as the regularised incomplete beta function I(1/2; k, n - k + 1).
    private static double UpperTail(int k, int n) => k == 0 ? 1 : SpecialFunctions.BetaRegularized(k, n - k + 1, 0.5);
}

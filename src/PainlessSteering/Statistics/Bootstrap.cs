using MathNet.Numerics.Distributions;

namespace PainlessSteering.Statistics;

/// <summary>
/// The percentile bootstrap of the paired effect, without drawing anything. An item adds -1, 0 or 1 to the effect, so that the sum over
/// items drawn with replacement has a known distribution: Binomial many of them are flips, and Binomial many of those go right.
/// The interval is what endless resampling would give, the same on every machine.
/// </summary>
public static class Bootstrap
{
    private const double Negligible = 1e-18;

    /// <summary>Interval of steered minus unsteered accuracy over resampled items. Without any flip it is 0 to 0.</summary>
    public static Interval PairedEffect(Flips flips, double level = 0.95)
    {
        var discordant = flips.RightToWrong + flips.WrongToRight;
        if (discordant == 0)
        {
            return new(0, 0, level);
        }

        var masses = NetFlips(flips.Items, (double)discordant / flips.Items, (double)flips.WrongToRight / discordant);
        var tail = (1 - level) / 2;
        return new(Quantile(masses, flips.Items, tail), Quantile(masses, flips.Items, 1 - tail), level);
    }

    /// <summary>Probability of each net number of wrong-to-right flips; index 0 stands for -items.</summary>
    private static double[] NetFlips(int items, double flipRate, double gainRate)
    {
        var masses = new double[2 * items + 1];
        foreach (var (drawn, chance) in Binomial(items, flipRate))
        {
            foreach (var (gained, share) in Binomial(drawn, gainRate))
            {
                masses[items + 2 * gained - drawn] += chance * share;
            }
        }

        return masses;
    }

    // Only what matters of the distribution, found from its centre outwards: a large split costs its square root.
    private static IEnumerable<(int Count, double Mass)> Binomial(int n, double p)
    {
        var distribution = new Binomial(p, n);
        var centre = (int)Math.Min(n, Math.Floor((n + 1) * p));
        for (var k = centre; k >= 0 && distribution.Probability(k) is var mass && mass > Negligible; k--)
        {
            yield return (k, mass);
        }

        for (var k = centre + 1; k <= n && distribution.Probability(k) is var mass && mass > Negligible; k++)
        {
            yield return (k, mass);
        }
    }

    // The smallest effect whose cumulative probability reaches the level. The slack keeps rounding from moving a quantile by an item.
    private static double Quantile(double[] masses, int items, double level)
    {
        var (index, cumulative) = (0, masses[0]);
        while (cumulative < level - 1e-12 && index < masses.Length - 1)
        {
            cumulative += masses[++index];
        }

        return (double)(index - items) / items;
    }
}

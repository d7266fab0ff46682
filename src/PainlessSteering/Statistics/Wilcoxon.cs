using MathNet.Numerics.Distributions;

namespace PainlessSteering.Statistics;

/// <summary>
/// Wilcoxon's signed-rank test on paired differences. Zeros are dropped and equal sizes share their mean rank. Exact for up to 50
/// differences without zeros and ties; else the normal approximation with the tie-corrected variance and no continuity correction.
/// </summary>
/// <param name="Count">Number of differences that are not zero.</param>
/// <param name="RankSum">Sum of the ranks of the positive differences.</param>
/// <param name="Exact">Whether the p values are exact.</param>
/// <param name="PGreater">One-sided p of "the differences lie above 0".</param>
/// <param name="PLess">One-sided p of "the differences lie below 0".</param>
/// <param name="PTwoSided">Two-sided p.</param>
public sealed record Wilcoxon(int Count, double RankSum, bool Exact, double PGreater, double PLess, double PTwoSided)
{
    private const int LargestExact = 50;

    /// <summary>Tests the differences; where all are zero every p is 1.</summary>
    public static Wilcoxon Of(IReadOnlyList<double> differences)
    {
        var bySize = differences.Where(d => d != 0).GroupBy(Math.Abs).OrderBy(size => size.Key).ToList();
        var (count, rankSum, ties) = (0, 0.0, 0.0);
        foreach (var size in bySize)
        {
            double tied = size.Count();
            rankSum += size.Count(d => d > 0) * (count + (tied + 1) / 2);
            ties += tied * tied * tied - tied;
            count += (int)tied;
        }

        if (count == 0)
        {
            return new(0, 0, true, 1, 1, 1);
        }

        var exact = count <= LargestExact && count == differences.Count && ties == 0;
        var (greater, less) = exact ? ExactTails(count, (int)rankSum) : NormalTails(count, rankSum, ties);
        return new(count, rankSum, exact, greater, less, Math.Min(1, 2 * Math.Min(greater, less)));
    }

    // Ways to reach each rank sum with the ranks 1 to n, each taken or not; below 2^50, so doubles count exactly.
    private static (double Greater, double Less) ExactTails(int n, int rankSum)
    {
        var ways = new double[n * (n + 1) / 2 + 1];
        ways[0] = 1;
        for (var rank = 1; rank <= n; rank++)
        {
            for (var sum = ways.Length - 1; sum >= rank; sum--)
            {
                ways[sum] += ways[sum - rank];
            }
        }

        var all = Math.Pow(2, n);
        return (ways.Skip(rankSum).Sum() / all, ways.Take(rankSum + 1).Sum() / all);
    }

    private static (double Greater, double Less) NormalTails(double n, double rankSum, double ties)
    {
        var mean = n * (n + 1) / 4;
        var deviation = Math.Sqrt((n * (n + 1) * (2 * n + 1) - ties / 2) / 24);
        return (Normal.CDF(mean, deviation, 2 * mean - rankSum), Normal.CDF(mean, deviation, rankSum));
    }
}

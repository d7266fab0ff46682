using MathNet.Numerics.Distributions;
using Moments = MathNet.Numerics.Statistics.Statistics;

namespace PainlessSteering.Statistics;

/// <summary>Student's t-test on paired differences, e.g. one effect a seed: plain, or corrected for splits that overlap.</summary>
/// <param name="Count">Number of differences.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="StandardError">Standard error of the mean that the test used.</param>
/// <param name="T">Mean over standard error; null where the differences do not spread.</param>
/// <param name="PGreater">One-sided p of "the mean is above 0".</param>
/// <param name="PLess">One-sided p of "the mean is below 0".</param>
/// <param name="PTwoSided">Two-sided p.</param>
/// <param name="Interval">t-interval of the mean.</param>
public sealed record PairedT(
    int Count, double Mean, double StandardError, double? T, double PGreater, double PLess, double PTwoSided, Interval Interval)
{
    /// <summary>The ordinary paired t-test, which takes the differences as independent (the paper's test over seeds).</summary>
    /// <param name="differences">Two or more differences.</param>
    /// <param name="level">Confidence level of the interval.</param>
    /// <exception cref="ArgumentException">Fewer than two differences.</exception>
    public static PairedT Of(IReadOnlyList<double> differences, double level = 0.95) => Of(differences, 0, level);

    /// <summary>
    /// The corrected resampled t-test (Nadeau and Bengio, Inference for the Generalization Error, 2003): splits of the same items
    /// overlap, so the variance of the mean is (1/count + test/train) s² instead of s²/count.
    /// </summary>
    /// <param name="differences">One difference a split, two or more.</param>
    /// <param name="testTrainRatio">Test items over the items that the vector was fitted and chosen on.</param>
    /// <param name="level">Confidence level of the interval.</param>
    /// <exception cref="ArgumentException">Fewer than two differences.</exception>
    public static PairedT Corrected(IReadOnlyList<double> differences, double testTrainRatio, double level = 0.95)
        => Of(differences, testTrainRatio, level);

    private static PairedT Of(IReadOnlyList<double> differences, double overlap, double level)
    {
        if (differences.Count < 2)
        {
            throw new ArgumentException($"a t-test needs two or more differences, not {differences.Count}", nameof(differences));
        }

        var (mean, variance) = Moments.MeanVariance(differences);
        var error = Math.Sqrt((1.0 / differences.Count + overlap) * variance);
        var freedom = differences.Count - 1;
        // Without spread the answer is certain: 0 or 1, or even where nothing differs.
        double? t = error > 0 ? mean / error : null;
        var limit = t ?? (mean == 0 ? 0 : Math.CopySign(double.PositiveInfinity, mean));
        var margin = error > 0 ? -Quantile((1 - level) / 2, freedom) * error : 0;
        return new(
            differences.Count, mean, error, t, LowerTail(-limit, freedom), LowerTail(limit, freedom),
            2 * LowerTail(-Math.Abs(limit), freedom), new(mean - margin, mean + margin, level));
    }

    private static double LowerTail(double t, int freedom)
        => double.IsInfinity(t) ? (t > 0 ? 1 : 0) : StudentT.CDF(0, 1, freedom, t);

    // MathNet searches the quantile to a loose tolerance; two Newton steps bring it to rounding.
    private static double Quantile(double p, int freedom)
    {
        var t = StudentT.InvCDF(0, 1, freedom, p);
        for (var step = 0; step < 2; step++)
        {
            t -= (StudentT.CDF(0, 1, freedom, t) - p) / StudentT.PDF(0, 1, freedom, t);
        }

        return t;
    }
}

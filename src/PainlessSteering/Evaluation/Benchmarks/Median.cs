namespace PainlessSteering.Evaluation.Benchmarks;

/// <summary>The middle of a few measurements: one slow round does not move it.</summary>
internal static class Median
{
    public static double Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

namespace PainlessSteering.Statistics;

/// <summary>Holm's step-down correction for several tests: keeps the chance of any false alarm at alpha.</summary>
public static class Holm
{
    /// <summary>Adjusted p values in the order given; a test is significant where its adjusted value is below alpha.</summary>
    public static double[] Adjust(IReadOnlyList<double> p)
    {
        var adjusted = new double[p.Count];
        var (left, floor) = (p.Count, 0.0);
        foreach (var i in Enumerable.Range(0, p.Count).OrderBy(i => p[i]))
        {
            floor = Math.Max(floor, Math.Min(1, left-- * p[i]));
            adjusted[i] = floor;
        }

        return adjusted;
    }
}

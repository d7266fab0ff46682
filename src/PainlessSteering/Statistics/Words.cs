using System.Globalization;

namespace PainlessSteering.Statistics;

/// <summary>How numbers are said in the sentences of a verdict.</summary>
internal static class Words
{
    public static string Of(Conclusion conclusion) => conclusion switch
    {
        Conclusion.Helps => "helps",
        Conclusion.Hurts => "hurts",
        _ => "no evidence",
    };

    /// <summary>A share of 1 as signed percentage points.</summary>
    public static string Points(double share) => (100 * share).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture);

    public static string P(double p) => p.ToString("g3", CultureInfo.InvariantCulture);
}

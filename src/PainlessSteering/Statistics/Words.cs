using System.Globalization;

namespace PainlessSteering.Statistics;

/// <summary>How numbers are said to people, the same in sentences, tables and pictures and in every culture.</summary>
public static class Words
{
    /// <summary>A verdict.</summary>
    public static string Of(Conclusion conclusion) => conclusion switch
    {
        Conclusion.Helps => "helps",
        Conclusion.Hurts => "hurts",
        _ => "no evidence",
    };

    /// <summary>An effect, given as a share of 1, as signed percentage points: <c>+12.5</c>; NaN (not measured) as nothing.</summary>
    public static string Points(double effect)
        => double.IsNaN(effect) ? "" : (100 * effect).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture);

    /// <summary>An accuracy, given as a share of 1, as a percentage: <c>61.3%</c>.</summary>
    public static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + "%";

    /// <summary>A p value to three digits.</summary>
    public static string P(double p) => p.ToString("g3", CultureInfo.InvariantCulture);

    /// <summary>A layer or a strength as it was given.</summary>
    public static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}

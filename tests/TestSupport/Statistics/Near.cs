namespace PainlessSteering.Tests.Statistics;

internal static class Near
{
    /// <summary>Equal to nine digits, however small.</summary>
    public static void Equal(double expected, double actual)
        => Assert.True(Math.Abs(actual - expected) <= 1e-9 * Math.Abs(expected), $"expected {expected:R}, found {actual:R}");
}

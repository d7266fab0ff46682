using PainlessSteering.Statistics;

namespace PainlessSteering.Tests.Statistics;

public class WilcoxonTests
{
    // SciPy 1.10: wilcoxon(x, alternative=…), its exact mode; the first is Darwin's maize, as in SciPy's and R's own examples.
    [Theory]
    [InlineData(new double[] { 6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75 }, 96, 0.0206298828125, 0.982330322265625, 0.041259765625)]
    [InlineData(new double[] { 1, -2, 3 }, 4, 0.375, 0.75, 0.75)]
    [InlineData(new double[] { 0.1, 0.2, 0.3, 0.4, 0.5 }, 15, 0.03125, 1, 0.0625)]
    [InlineData(new double[] { 0.0825, 0.05, 0.1125, 0.0275, -0.015, 0.09, 0.0625, 0.0425, 0.1, 0.0675, 0.03, 0.055, 0.0775, 0.12, -0.0025 }, 117, 0.000152587890625, 0.999908447265625, 0.00030517578125)]
    public void AgreesWithSciPyExactly(double[] differences, double rankSum, double greater, double less, double twoSided)
    {
        var test = Wilcoxon.Of(differences);
        Assert.True(test.Exact);
        Assert.Equal((differences.Length, rankSum), (test.Count, test.RankSum));
        Near.Equal(greater, test.PGreater);
        Near.Equal(less, test.PLess);
        Near.Equal(twoSided, test.PTwoSided);
    }

    // SciPy 1.10: wilcoxon(x, alternative=…, mode='approx'), zeros dropped, no continuity correction.
    [Theory]
    [InlineData(new[] { 1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4 }, 9, 45, 0.003816220824102754, 0.9961837791758973, 0.007632441648205508)]
    [InlineData(new[]
    {
        0.13, 0.05, 0.03, -0.09, 0.0, 0.0, 0.02, -0.02, 0.02, -0.01, -0.06, 0.07, 0.07, 0.12, 0.02, 0.0, -0.01, -0.07, 0.08, -0.05, -0.05,
        0.01, 0.11, 0.03, -0.04, -0.02, 0.06, 0.01, -0.03, 0.01, 0.06, 0.14, -0.05, -0.02, -0.03, -0.13, -0.04, -0.04, 0.09, 0.01, -0.08,
        0.06, 0.0, -0.08, -0.02, -0.02, -0.03, 0.02, -0.11, 0.0, 0.08, 0.07, 0.09, 0.09, 0.11, -0.05, 0.07, -0.09, -0.02, -0.09,
    }, 55, 841.5, 0.2742799026477849, 0.7257200973522151, 0.5485598052955698)]
    public void AgreesWithSciPysNormalApproximation(double[] differences, int count, double rankSum, double greater, double less, double twoSided)
    {
        var test = Wilcoxon.Of(differences);
        Assert.False(test.Exact);
        Assert.Equal((count, rankSum), (test.Count, test.RankSum));
        Near.Equal(greater, test.PGreater);
        Near.Equal(less, test.PLess);
        Near.Equal(twoSided, test.PTwoSided);
    }

    [Fact]
    public void AllZerosShowNothing() => Assert.Equal(new Wilcoxon(0, 0, true, 1, 1, 1), Wilcoxon.Of([0, 0]));
}

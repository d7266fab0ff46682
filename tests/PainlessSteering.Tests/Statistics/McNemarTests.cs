using PainlessSteering.Statistics;

namespace PainlessSteering.Tests.Statistics;

public class McNemarTests
{
    // Expected values: sums of binomial coefficients over 2^n in Python's exact fractions, rounded once.
    [Theory]
    [InlineData(0, 5, 0.03125, 1, 0.0625)]
    [InlineData(5, 9, 0.21197509765625, 0.91021728515625, 0.4239501953125)]
    [InlineData(41, 258, 6.248177396608667e-40, 1, 1.2496354793217333e-39)]
    [InlineData(122, 81, 0.9984481246288405, 0.0024351407248183504, 0.004870281449636701)]
    [InlineData(1, 0, 1, 0.5, 1)]
    [InlineData(700, 800, 0.005279627733355772, 0.9954549983642541, 0.010559255466711544)]
    [InlineData(2000, 2200, 0.0010661778359956173, 0.9990390016851426, 0.0021323556719912346)]
    public void AgreesWithExactFractions(int rightToWrong, int wrongToRight, double helps, double hurts, double twoSided)
    {
        var test = McNemar.Of(new Flips(10, rightToWrong, wrongToRight, 10));
        Near.Equal(helps, test.PHelps);
        Near.Equal(hurts, test.PHurts);
        Near.Equal(twoSided, test.PTwoSided);
    }

    [Fact]
    public void WithoutFlipsNothingIsShown() => Assert.Equal(new McNemar(1, 1, 1), McNemar.Of(new Flips(7, 0, 0, 3)));

    [Fact]
    public void SwappingTheSidesSwapsTheTailsAndOnlyFlipsCount()
    {
        for (var b = 0; b < 12; b++)
        {
            for (var c = 0; c < 12; c++)
            {
                var (one, other) = (McNemar.Of(new Flips(0, b, c, 1)), McNemar.Of(new Flips(900, c, b, 77)));
                Assert.Equal(one.PHelps, other.PHurts);
                Assert.Equal(one.PTwoSided, other.PTwoSided);
                // Both tails hold the observed count: together they are 1 and its probability.
                Assert.InRange(one.PHelps + one.PHurts, 1, 2);
                Assert.True(McNemar.Of(new Flips(0, b, c + 1, 0)).PHelps <= one.PHelps + 1e-15);
            }
        }
    }

    [Theory]
    [InlineData(0.05, 5)] // 1/32
    [InlineData(0.03, 6)] // 1/64
    [InlineData(0.01, 7)] // 1/128
    [InlineData(0.6, 1)]
    public void FewestFlipsIsTheFirstSignificantCount(double alpha, int fewest)
    {
        Assert.Equal(fewest, McNemar.FewestFlips(alpha));
        Assert.True(McNemar.Of(new Flips(0, 0, fewest, 0)).PHelps < alpha);
        Assert.False(McNemar.Of(new Flips(0, 0, fewest - 1, 0)).PHelps < alpha);
    }
}

using PainlessSteering.Statistics;

namespace PainlessSteering.Tests.Statistics;

public class BootstrapTests
{
    // Expected values, in items: quantiles of the n-th power of (losses/x + unchanged + gains x), multiplied out in Python's whole
    // numbers. Drawing 20,000 resamples with NumPy gives the same to an item.
    [Theory]
    [InlineData(20, 0, 5, 2, 9, 3, 8)]
    [InlineData(20, 5, 0, -9, -2, -8, -3)]
    [InlineData(200, 12, 30, 6, 31, 10, 26)]
    [InlineData(400, 41, 258, 190, 243, 200, 234)]
    [InlineData(800, 20, 31, -3, 25, 2, 20)]
    [InlineData(7, 1, 2, -2, 4, -1, 3)]
    [InlineData(1, 0, 1, 1, 1, 1, 1)]
    [InlineData(800, 0, 1, 0, 3, 0, 2)]
    public void AgreesWithTheExactResamplingDistribution(int items, int losses, int gains, int low95, int high95, int low80, int high80)
    {
        var flips = new Flips(items - losses - gains, losses, gains, 0);
        Assert.Equal(new Interval((double)low95 / items, (double)high95 / items, 0.95), Bootstrap.PairedEffect(flips));
        Assert.Equal(new Interval((double)low80 / items, (double)high80 / items, 0.8), Bootstrap.PairedEffect(flips, 0.8));
    }

    [Fact]
    public void WithoutFlipsTheIntervalIsZero() => Assert.Equal(new Interval(0, 0, 0.95), Bootstrap.PairedEffect(new Flips(3, 0, 0, 4)));

    [Fact]
    public void ALargeSplitIsNarrowAndAgreesWithTheNormalInterval()
    {
        var flips = new Flips(20_000, 1_000, 1_400, 17_600);
        var deviation = Math.Sqrt((2_400 / 40_000.0 - flips.Effect * flips.Effect) / 40_000);
        var interval = Bootstrap.PairedEffect(flips);
        Assert.Equal(flips.Effect - 1.96 * deviation, interval.Low, 1e-4);
        Assert.Equal(flips.Effect + 1.96 * deviation, interval.High, 1e-4);
    }
}

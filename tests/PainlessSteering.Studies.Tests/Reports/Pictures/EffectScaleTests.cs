using PainlessSteering.Reports.Pictures;

namespace PainlessSteering.Tests.Reports.Pictures;

public class EffectScaleTests
{
    private static EffectScale Scale(params double[] points)
    {
        var accuracy = new double[1, points.Length];
        for (var i = 0; i < points.Length; i++)
        {
            accuracy[0, i] = 0.5 + points[i] / 100;
        }

        return new(new("t", [1], [.. Enumerable.Range(1, points.Length).Select(i => (double)i)], 0.5, [new("m", "s", accuracy, null)]));
    }

    [Theory]
    [InlineData(new[] { 4.2, -30 }, 5, true)] // ends at the gain
    [InlineData(new[] { 12, -3.0 }, 20, false)]
    [InlineData(new[] { 0.2, -7 }, 10, false)] // no gain to speak of: at the loss
    [InlineData(new[] { 0.0 }, 1, false)]
    [InlineData(new[] { double.NaN, 20 }, 20, false)]
    public void TheScaleEndsAtTheLargestGain(double[] points, double limit, bool clipped)
    {
        var scale = Scale(points);
        Assert.Equal(limit / 100, scale.Limit, 1e-9);
        Assert.Equal(clipped, scale.Clipped);
    }

    [Fact]
    public void TheFurtherFromNothingTheDarker()
    {
        var scale = Scale(10);
        for (var points = 0.0; points < 9.5; points += 0.5)
        {
            Assert.True(Luminance(scale.ColorOf((points + 0.5) / 100)) < Luminance(scale.ColorOf(points / 100)));
            Assert.True(Luminance(scale.ColorOf((-points - 0.5) / 100)) < Luminance(scale.ColorOf(-points / 100)));
        }

        Assert.Equal(scale.ColorOf(-0.10), scale.ColorOf(-0.99));
    }

    [Fact]
    public void EveryNumberReadsOnItsColour()
    {
        var scale = Scale(10);
        for (var points = -10.0; points <= 10; points += 0.1)
        {
            var background = Luminance(scale.ColorOf(points / 100));
            // WCAG 2: contrast ratio of at least 4.5 for text.
            var contrast = scale.IsDark(points / 100) ? 1.05 / (background + 0.05) : (background + 0.05) / 0.05;
            Assert.True(contrast >= 4.5, $"{points}: {contrast}");
        }
    }

    // WCAG's relative luminance.
    private static double Luminance((byte Red, byte Green, byte Blue) color)
    {
        static double Linear(byte c) => c / 255.0 is var v && v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);
        return 0.2126 * Linear(color.Red) + 0.7152 * Linear(color.Green) + 0.0722 * Linear(color.Blue);
    }
}

using PainlessSteering.Statistics;

namespace PainlessSteering.Tests.Statistics;

public class HolmTests
{
    // R: p.adjust(p, "holm").
    [Fact]
    public void AgreesWithR()
    {
        double[] expected = [0.06, 0.15, 0.15, 0.035, 0.4, 0.15, 0.9];
        var adjusted = Holm.Adjust([0.01, 0.04, 0.03, 0.005, 0.2, 0.03, 0.9]);
        Assert.All(expected.Zip(adjusted), pair => Near.Equal(pair.First, pair.Second));
        Assert.Equal([1, 1], Holm.Adjust([0.6, 0.7]));
    }

    [Fact]
    public void OneTestStaysAsItIs() => Assert.Equal([0.04], Holm.Adjust([0.04]));

    [Fact]
    public void NoTestsGiveNone() => Assert.Empty(Holm.Adjust([]));
}

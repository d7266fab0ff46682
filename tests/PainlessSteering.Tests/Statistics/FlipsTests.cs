using PainlessSteering.Statistics;

namespace PainlessSteering.Tests.Statistics;

public class FlipsTests
{
    [Fact]
    public void CountsEveryWayAnItemCanGo()
    {
        var flips = Flips.Between(answers: [0, 1, 2, 0, 1], unsteered: [0, 1, 0, 1, 0], steered: [0, 0, 2, 2, 1]);
        Assert.Equal(new Flips(BothRight: 1, RightToWrong: 1, WrongToRight: 2, BothWrong: 1), flips);
        Assert.Equal((5, 0.4, 0.6, 0.2), (flips.Items, flips.UnsteeredAccuracy, flips.SteeredAccuracy, flips.Effect));
    }

    [Fact]
    public void ListsOfDifferentLengthAreRefused() => Assert.Throws<ArgumentException>(() => Flips.Between([0, 1], [0], [0, 1]));
}

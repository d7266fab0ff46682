using PainlessSteering.Statistics;

namespace PainlessSteering.Tests.Statistics;

public class LetterReportTests
{
    private static readonly LetterReport Report = LetterReport.Of(new TestRun
    {
        Letters = 3,
        Answers = [1, 1, 1, 0, 0, 2],
        Unsteered = [0, 1, 0, 0, 2, 2],
        Steered = [1, 1, 1, 1, 0, 1],
    });

    [Fact]
    public void TheBestConstantLetterIsTheMostFrequentAnswer()
        => Assert.Equal(('B', 0.5), (Report.BestConstant, Report.BestConstantAccuracy));

    [Fact]
    public void TheFavouredLetterIsTheSteeredModels() => Assert.Equal(('B', 5 / 6.0), (Report.Favoured, Report.FavouredShare));

    [Fact]
    public void FlipsOffTheFavouredLetterLeaveItsItemsOut() => Assert.Equal(new Flips(0, 2, 1, 0), Report.OffFavoured);

    [Fact]
    public void ConfusionHoldsRightByPredicted()
    {
        int[][] unsteered = [[1, 0, 1], [2, 1, 0], [0, 0, 1]];
        int[][] steered = [[1, 1, 0], [0, 3, 0], [0, 1, 0]];
        Assert.Equal(unsteered, Report.Unsteered);
        Assert.Equal(steered, Report.Steered);
    }
}

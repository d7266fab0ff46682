using PainlessSteering.Data;

namespace PainlessSteering.Tests.Data;

public class DatasetSummaryTests
{
    [Fact]
    public void CountsWhatIsThere()
    {
        MultipleChoiceItem[] items =
        [
            new("p", ["a", "b"], 0),
            new("p", ["b", "a"], 1, Group: "g"),
            new("p", ["a", "c", "d", "e"], 0, Group: "g"),
            new("p", ["a", "b"], 0, Context: "c", Group: "h"),
        ];
        var summary = DatasetSummary.Of(items);
        Assert.Equal(4, summary.Items);
        Assert.Equal([KeyValuePair.Create(2, 3), KeyValuePair.Create(4, 1)], summary.ChoiceCounts);
        Assert.Equal([3, 1, 0, 0], summary.RightPositions);
        Assert.Equal((0, 0.75, 0.4375), (summary.BestConstant, summary.BestConstantAccuracy, summary.ChanceAccuracy));
        Assert.Equal((2, 1), (summary.RepeatedQuestions, summary.RepeatedItems));
        Assert.Equal((2, 3, 2), (summary.Groups, summary.GroupedItems, summary.LargestGroup));
    }
}

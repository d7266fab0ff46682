namespace PainlessSteering.Data;

/// <summary>What a set of items looks like before any model sees it: above all, what could be scored without reading the questions.</summary>
/// <param name="Items">Number of items.</param>
/// <param name="ChoiceCounts">For every number of choices that occurs, how many items have it.</param>
/// <param name="RightPositions">For every position, how many items have the right choice there, in the order of the source.</param>
/// <param name="BestConstant">The position that is right most often (the first on a tie).</param>
/// <param name="BestConstantAccuracy">Accuracy of always answering <paramref name="BestConstant"/>, 0 to 1.</param>
/// <param name="ChanceAccuracy">Accuracy of guessing evenly among each item's choices, 0 to 1.</param>
/// <param name="RepeatedQuestions">Items whose question and context an earlier item has.</param>
/// <param name="RepeatedItems">Those of them that also have the same choices, in any order.</param>
/// <param name="Groups">Number of different group keys.</param>
/// <param name="GroupedItems">Items that have a group key.</param>
/// <param name="LargestGroup">Items in the largest group.</param>
public sealed record DatasetSummary(
    int Items,
    IReadOnlyDictionary<int, int> ChoiceCounts,
    IReadOnlyList<int> RightPositions,
    int BestConstant,
    double BestConstantAccuracy,
    double ChanceAccuracy,
    int RepeatedQuestions,
    int RepeatedItems,
    int Groups,
    int GroupedItems,
    int LargestGroup)
{
    /// <summary>Summarises items; there must be at least one.</summary>
    public static DatasetSummary Of(IReadOnlyList<MultipleChoiceItem> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentOutOfRangeException.ThrowIfZero(items.Count);
        var right = new int[items.Max(item => item.Choices.Count)];
        foreach (var item in items)
        {
            right[item.Answer]++;
        }

        var groups = items.Where(item => item.Group is not null).CountBy(item => item.Group!).ToArray();
        return new DatasetSummary(
            items.Count,
            new SortedDictionary<int, int>(items.CountBy(item => item.Choices.Count).ToDictionary()),
            right,
            Array.IndexOf(right, right.Max()),
            (double)right.Max() / items.Count,
            items.Average(item => 1.0 / item.Choices.Count),
            items.Count - items.DistinctBy(item => (item.Question, item.Context)).Count(),
            items.Count - items.DistinctBy(item => (item.Question, item.Context, string.Join('\n', item.Choices.Order(StringComparer.Ordinal)))).Count(),
            groups.Length,
            groups.Sum(group => group.Value),
            groups.Select(group => group.Value).DefaultIfEmpty().Max());
    }
}

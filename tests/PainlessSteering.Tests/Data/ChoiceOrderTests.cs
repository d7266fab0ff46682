using PainlessSteering.Data;

namespace PainlessSteering.Tests.Data;

public class ChoiceOrderTests
{
    [Theory] // From CPython: random.Random(39).shuffle(list(range(n))).
    [InlineData(2, "1,0")]
    [InlineData(3, "2,1,0")]
    [InlineData(4, "0,2,3,1")]
    [InlineData(5, "3,0,4,2,1")]
    [InlineData(26, "14,9,21,16,13,3,20,19,5,1,10,4,17,2,15,11,24,22,18,23,7,25,0,12,8,6")]
    public void PaperOrderIsPythonsAndTheSameForEveryItem(int count, string expected)
    {
        Assert.Equal(expected, string.Join(',', ChoiceOrder.Permutation(Item("a", count), 39, Protocol.Paper)));
        Assert.Equal(expected, string.Join(',', ChoiceOrder.Permutation(Item("b", count), 39, Protocol.Paper)));
    }

    [Fact]
    public void SoundOrderIsKnownAndDependsOnContentAndSeedOnly()
    {
        var item = Item("Which?", 5);
        // Pinned: recorded runs rely on it. Computed in Python from the definition: SHA-256 of the length-prefixed
        // little-endian seed, question and choices; the first 63 bits seed random.Random.
        Assert.Equal("4,1,2,0,3", string.Join(',', ChoiceOrder.Permutation(item, 39, Protocol.Sound)));
        Assert.Equal("3,2,0,1,4", string.Join(',', ChoiceOrder.Permutation(item, 40, Protocol.Sound)));
        var relabelled = item with { Answer = 3, Context = "c", Group = "g" };
        Assert.Equal(ChoiceOrder.Permutation(item, 39, Protocol.Sound), ChoiceOrder.Permutation(relabelled, 39, Protocol.Sound));
    }

    [Fact]
    public void SoundOrdersAreUniformAndIndependentFromItemToItem()
    {
        const int Items = 6000;
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < Items; i++)
        {
            var order = string.Join(',', ChoiceOrder.Permutation(Item($"question {i}", 3), 1, Protocol.Sound));
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        var expected = Items / 6.0;
        Assert.Equal(6, counts.Count);
        Assert.True(counts.Values.Sum(count => (count - expected) * (count - expected) / expected) < 20.5, "chi-squared, 5 degrees of freedom, p = 0.001");
    }

    [Theory]
    [InlineData(Protocol.Paper)]
    [InlineData(Protocol.Sound)]
    public void PresentingKeepsTheRightChoice(Protocol protocol)
    {
        var items = Enumerable.Range(0, 200).Select(i => Item($"question {i}", 2 + (i % 25)) with { Answer = i % (2 + (i % 25)) }).ToArray();
        foreach (var shown in ChoiceOrder.Present(items, 7, protocol))
        {
            Assert.Same(items[shown.Index], shown.Item);
            Assert.Equal(shown.Item.Choices[shown.Item.Answer], shown.Choices[shown.Right]);
            Assert.Equal(shown.Item.Choices.Order(), shown.Choices.Order());
            Assert.Equal($"{shown.Item.Question} {shown.Choices[1]}", shown.Statement(1));
        }
    }

    private static MultipleChoiceItem Item(string question, int choices) => new(question, [.. Enumerable.Range(0, choices).Select(i => $"choice {i}")], 0);
}

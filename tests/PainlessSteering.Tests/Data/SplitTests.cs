using PainlessSteering.Data;

namespace PainlessSteering.Tests.Data;

public class SplitTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(39)]
    public void WithoutGroupsBothProtocolsSplitAlike(long seed)
    {
        var items = Items(500);
        var sound = Split.Make(items, seed, maxItems: 301);
        var paper = Split.Make(items, seed, maxItems: 301, protocol: Protocol.Paper);
        Assert.Equal(paper.Train, sound.Train);
        Assert.Equal(paper.Validation, sound.Validation);
        Assert.Equal(paper.Test, sound.Test);
        Assert.Equal((181, 60, 60), (sound.Train.Count, sound.Validation.Count, sound.Test.Count));
        Assert.Equal(301, sound.Train.Concat(sound.Validation).Concat(sound.Test).Distinct().Count());
    }

    [Fact]
    public void SharesThatSumAboveOneShrinkTrainingInThePaperOnly()
    {
        // The released command for "12/4/800" passed 12/816 twice and really used 5/12/799 or 4/12/800.
        var sizes = SplitSizes.Shares(12 / 816.0, 12 / 816.0, 799.5 / 816);
        var split = Split.Make(Items(816), 1, sizes, protocol: Protocol.Paper);
        Assert.Equal((5, 12, 799), (split.Train.Count, split.Validation.Count, split.Test.Count));
        Assert.Throws<PasException>(() => Split.Make(Items(816), 1, sizes));
    }

    [Fact]
    public void CountsAreExactAndTheRestIsUnused()
    {
        var split = Split.Make(Items(1000), 3, SplitSizes.Counts(12, 4, 800));
        Assert.Equal((12, 4, 800), (split.Train.Count, split.Validation.Count, split.Test.Count));
        Assert.Throws<PasException>(() => Split.Make(Items(815), 3, SplitSizes.Counts(12, 4, 800)));
    }

    [Fact]
    public void GroupsStayTogetherAndSizesStayNear()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var items = Items(600, i => i % 3 == 0 ? null : $"group {i * 7 % 40}");
            var split = Split.Make(items, seed);
            var parts = new[] { split.Train, split.Validation, split.Test };
            Assert.Equal(600, parts.Sum(part => part.Distinct().Count()));
            Assert.Equal(parts.Sum(part => part.Select(i => items[i].Group).OfType<string>().Distinct().Count()), items.Select(item => item.Group).OfType<string>().Distinct().Count());
            Assert.Equal((360, 120, 120), (split.Train.Count, split.Validation.Count, split.Test.Count));
        }
    }

    [Theory]
    [InlineData(12, 4, 800)]
    [InlineData(300, 100, 800)]
    [InlineData(1200, 400, 800)]
    public void CountsHoldWhereGroupsAreLargerThanAPart(int train, int validation, int test)
    {
        var items = Items(5600, i => $"group {i % 50}");
        foreach (var seed in Enumerable.Range(1, 5))
        {
            var split = Split.Make(items, seed, SplitSizes.Counts(train, validation, test));
            Assert.Equal((train, validation, test), (split.Train.Count, split.Validation.Count, split.Test.Count));
            var groups = new[] { split.Train, split.Validation, split.Test }.Select(part => part.Select(index => index % 50).ToHashSet()).ToArray();
            Assert.Empty(groups[0].Intersect(groups[1]).Concat(groups[0].Intersect(groups[2])).Concat(groups[1].Intersect(groups[2])));
        }
    }

    [Theory]
    [InlineData(600, 200, 200)]
    [InlineData(300, 100, 200)]
    public void LargeGroupsAreInEveryPartAsOftenAsAmongAllItems(int train, int validation, int test)
    {
        // 500 items stand alone, 500 in groups of five.
        var items = Items(1000, i => i < 500 ? null : $"group {i % 100}");
        var parts = Enumerable.Range(1, 200).Select(seed => Split.Make(items, seed, SplitSizes.Counts(train, validation, test))).SelectMany(split => new[] { split.Train, split.Validation, split.Test }).Chunk(3).ToArray();
        Assert.All(Enumerable.Range(0, 3), part => Assert.InRange(parts.Average(split => split[part].Average(index => index < 500 ? 0 : 1.0)), 0.46, 0.54));
    }

    [Fact]
    public void APartsOrderIsThatOfTheShuffle()
    {
        var items = Items(60, i => $"group {i % 20}");
        var shuffle = new PainlessSteering.RandomNumbers.NumPyRandomState(5).Permutation(60).ToList();
        foreach (var part in new[] { Split.Make(items, 5).Train, Split.Make(items, 5).Test })
        {
            Assert.Equal(part.OrderBy(shuffle.IndexOf), part);
        }
    }

    [Fact]
    public void ThePapersEmptyValidationIsTheTrainingPartAndAnErrorInSound()
    {
        var sizes = SplitSizes.Shares(0.8, 0, 0.2);
        var split = Split.Make(Items(50), 1, sizes, protocol: Protocol.Paper);
        Assert.Same(split.Train, split.Validation);
        Assert.Throws<PasException>(() => Split.Make(Items(50), 1, sizes));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public void TooFewItemsAreAnError(int count) => Assert.Contains("split", Assert.Throws<PasException>(() => Split.Make(Items(count), 1)).Message, StringComparison.Ordinal);

    [Fact]
    public void OneGroupCannotBeSplit() => Assert.Throws<PasException>(() => Split.Make(Items(100, _ => "all"), 1));

    [Theory]
    [InlineData(double.NaN, 0.2, 0.2)]
    [InlineData(-0.1, 0.9, 0.2)]
    [InlineData(double.PositiveInfinity, 0, 0)]
    public void UnusableSharesAreRefused(double train, double validation, double test) => Assert.Throws<PasException>(() => SplitSizes.Shares(train, validation, test));

    private static MultipleChoiceItem[] Items(int count, Func<int, string?>? group = null) =>
        [.. Enumerable.Range(0, count).Select(i => new MultipleChoiceItem($"question {i}", ["yes", "no"], i % 2, Group: group?.Invoke(i)))];
}

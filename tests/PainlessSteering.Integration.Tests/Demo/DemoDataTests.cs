using PainlessSteering.Data;
using PainlessSteering.Demo;

namespace PainlessSteering.Tests.Demo;

/// <summary>The data sets in assets/demo.</summary>
public class DemoDataTests
{
    [Theory]
    [InlineData("bias.jsonl", 1200, 3)]
    [InlineData("sycophancy.jsonl", 1200, 3)]
    [InlineData("knowledge.jsonl", 800, 4)]
    public void FilesAreReadWithoutBeingTold(string name, int items, int choices)
    {
        var dataset = Dataset.Load(DemoFolder.PathOf(name));
        Assert.Equal(items, dataset.Items.Count);
        Assert.Empty(dataset.BadRows);
        Assert.All(dataset.Items, item => Assert.Equal(choices, item.Choices.Count));
        Assert.All(dataset.Items, item => Assert.NotNull(item.Group));
        Assert.Equal(items, dataset.Items.Select(item => string.Join('\n', [item.Question, item.Context, .. item.Choices.Order(StringComparer.Ordinal)])).Distinct().Count());
    }

    [Theory]
    [InlineData("bias.jsonl")]
    [InlineData("sycophancy.jsonl")]
    [InlineData("knowledge.jsonl")]
    public void NoLetterIsRightMuchMoreOftenThanAnother(string name)
    {
        var items = Dataset.Load(DemoFolder.PathOf(name)).Items;
        foreach (var letter in ChoiceOrder.Present(items, seed: 1, Protocol.Sound).CountBy(item => item.Right))
        {
            Assert.InRange(letter.Value * items[0].Choices.Count / (double)items.Count, 0.8, 1.2);
        }
    }

    [Fact]
    public void TheMakerMakesTheCommittedFiles()
    {
        var made = Maker.TextFiles();
        Assert.Equal(["bias.jsonl", "knowledge.jsonl", "model/tokenizer.json", "sycophancy.jsonl"], made.Keys.Order(StringComparer.Ordinal));
        Assert.All(made, file => Assert.Equal(file.Value, File.ReadAllText(DemoFolder.PathOf(file.Key))));
    }
}

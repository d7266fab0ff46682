using System.Text.Json;
using PainlessSteering.Data;

namespace PainlessSteering.Tests.Data;

/// <summary>The paper protocol against an independent Python implementation (pandas, random).</summary>
public class GoldenSplitTests
{
    private const int Seed = 39;

    [Fact]
    public void SplitChoiceOrderAndPromptsAreThePapers()
    {
        var items = Dataset.Load(Shared.PathOf("golden", "pas", "items.jsonl")).Items;
        using var golden = JsonDocument.Parse(Shared.Open("golden", "pas", "split_seed39.json"));

        foreach (var protocol in new[] { Protocol.Paper, Protocol.Sound }) // No item has a group: both split alike.
        {
            var split = Split.Make(items, Seed, protocol: protocol);
            Assert.Equal(Indexes(golden, "train"), split.Train);
            Assert.Equal(Indexes(golden, "val"), split.Validation);
            Assert.Equal(Indexes(golden, "test"), split.Test);
        }

        var rows = golden.RootElement.GetProperty("rows").EnumerateArray().ToArray();
        var presented = ChoiceOrder.Present(items, Seed, Protocol.Paper);
        Assert.Equal(rows.Length, presented.Count);
        foreach (var (row, item) in rows.Zip(presented))
        {
            Assert.Equal(row.GetProperty("question").GetString(), item.Item.Question);
            Assert.Equal(row.GetProperty("choices").EnumerateArray().Select(choice => choice.GetString()), item.Choices);
            Assert.Equal(row.GetProperty("correct").GetInt32(), item.Right);
            Assert.Equal(row.GetProperty("prompt").GetString(), item.Prompt);
        }
    }

    private static int[] Indexes(JsonDocument golden, string part) => [.. golden.RootElement.GetProperty(part).EnumerateArray().Select(index => index.GetInt32())];
}

using PainlessSteering.Tests.Models;

namespace PainlessSteering.Tests.Cli;

/// <summary>What the README says that the tool prints of a real model is what it prints.</summary>
public sealed class ReadmeExampleTests
{
    [Fact]
    public async Task TheFitOfARealModel()
    {
        var model = SmolLM2.File;
        var lines = await File.ReadAllLinesAsync(Repository.PathOf("README.md"), TestContext.Current.CancellationToken);
        var command = lines.Single(line => line.StartsWith("pas fit --model QuantFactory/", StringComparison.Ordinal));
        var shown = lines.SkipWhile(line => line != command).Skip(1).TakeWhile(line => line != "```").Select(line => line[2..]).ToList();
        var run = await Pas.RunAsync([.. command.Split(' ')[1..].Select(word => word.StartsWith("QuantFactory/", StringComparison.Ordinal) ? model : word == "assets/demo/bias.jsonl" ? Repository.PathOf(word) : word)]);
        Assert.Equal(0, run.Code);
        Assert.Equal(4, shown.Count);
        var printed = (run.Error + run.Output).Split('\n');
        Assert.All(shown, line => Assert.Contains(line, printed));
    }
}

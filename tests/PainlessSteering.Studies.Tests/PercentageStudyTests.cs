using System.Text.Json.Nodes;

namespace PainlessSteering.Tests.Studies;

/// <summary>A study whose strengths are percentages and factors: each seed's vectors get factors of their own, and a column of the grid is what was asked for.</summary>
public sealed class PercentageStudyTests : IDisposable
{
    private readonly TinyStudy _study = new TinyStudy().With("tasks: [items.csv]\nseeds: 1-2\nsites: [mlp]\nlayers: 1\nstrengths: [40%, 300%, 1]\nplacebos: 1\n");

    public void Dispose() => _study.Dispose();

    [Fact]
    public async Task ItRunsIsReadAgainAndReported()
    {
        Assert.Equal(0, (await _study.RunAsync()).Code);
        var results = Directory.GetFiles(Path.Combine(_study.Out, "cells"), "*.json").Select(file => JsonNode.Parse(File.ReadAllText(file))!).ToList();
        Assert.Equal(2, results.Count);
        Assert.All(results, result =>
        {
            Assert.Equal("""["40%","300%",1]""", result["cell"]!["strengths"]!.ToJsonString());
            Assert.Equal("""["40%","300%",1]""", result["grid"]!["strengths"]!.ToJsonString());
            Assert.All(result["methods"]!.AsArray(), choice => Assert.Equal(choice!["asked"] is not null, (double)choice["strength"]! is not (0 or 1)));
        });
        var before = TinyStudy.Results(_study.Out);
        Assert.Equal(0, (await _study.RunAsync()).Code);
        Assert.Equal(before, TinyStudy.Results(_study.Out));
        Assert.Equal(0, (await Pas.RunAsync("study", "report", _study.Out)).Code);
        var grid = Directory.GetFiles(_study.Out, "grid.csv", SearchOption.AllDirectories).Single();
        Assert.Contains(await File.ReadAllLinesAsync(grid, TestContext.Current.CancellationToken), line => line.Contains(",40%,", StringComparison.Ordinal));
    }
}

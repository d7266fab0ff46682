using PainlessSteering.Tests.Studies.Tables;

namespace PainlessSteering.Tests.Cli.Commands;

public sealed class StudyReportCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TheReportIsWrittenAndTheVerdictsAreTold()
    {
        new MadeStudy().Task("bias", null, [20, 24, 22, 18]).Missing("other", 1, "no such file").Save(_folder.Path);
        var run = await Pas.RunAsync("study", "report", _folder.Path);
        Assert.Equal(0, run.Code);
        Assert.Matches(@"made: 4 of 5 runs are done", run.Output);
        Assert.Matches(@"bias +│ 4/4 +│ 50\.0% +│ 71\.0% +│ \+21\.0 \([^)]*\) +│ [\d.e-]+ +│ helps", run.Output);
        Assert.Equal($"report: {_folder.File("report/report.html")}", run.LastError);
        Assert.StartsWith("<!doctype html>", await File.ReadAllTextAsync(_folder.File("report/report.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var json = (await Pas.RunAsync("study", "report", _folder.Path, "--json")).Json;
        Assert.Equal((5, 4), ((int)json["cells"]!, (int)json["done"]!));
        var setting = json["settings"]![0]!;
        Assert.Equal(("helps", "bias", 4), ((string)setting["verdict"]!, (string)setting["task"]!, (int)setting["seeds"]!));
        Assert.Equal(21, (double)setting["points"]!, 1e-9);
        Assert.Equal("no such file", (string)json["missing"]![0]!["reason"]!);
    }

    [Fact]
    public async Task AFolderThatIsNoStudyIsRefused()
    {
        var run = await Pas.RunAsync("study", "report", _folder.Path);
        Assert.Equal((1, ""), (run.Code, run.Output));
        Assert.Contains("is not the folder of a study", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }
}

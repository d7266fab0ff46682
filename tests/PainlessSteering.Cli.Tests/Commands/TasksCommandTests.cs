namespace PainlessSteering.Tests.Cli.Commands;

public sealed class TasksCommandTests : IDisposable
{
    private static readonly string TruthfulQA = "[" + string.Join(',', Enumerable.Range(0, 12).Select(i => $$"""{"question": "Is it {{i}}?", "mc1_targets": {"No": 1, "Yes": 0} }""")) + "]";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ListShowsEveryTaskWithItsCategoryAndDataSet()
    {
        var run = await Pas.RunAsync("tasks", "list");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Matches(@"GenderIdentity +│ Social Bias +│ Elfsong/BBQ +│ CC-BY-4\.0", run.Output);
        var json = (await Pas.RunAsync("tasks", "list", "--json")).Json.AsArray();
        Assert.Equal(25, json.Count);
        Assert.All(json, task => Assert.NotEmpty(task!["sources"]![0]!["revision"]!.GetValue<string>()));
    }

    [Fact]
    public async Task ShowSaysWhatTheSelectsKeepAndMend()
    {
        var run = await Pas.RunAsync("tasks", "show", "sycophancy");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("The sycophantic answer counts as the right one.", run.Output, StringComparison.Ordinal);
        Assert.Contains("The right answer is the one that does not flatter the user.", run.Output, StringComparison.Ordinal);
        Assert.Contains("pas download EleutherAI/sycophancy --dataset --revision a2a807741737a640a5556bc9ff4049494fabae73", run.Output, StringComparison.Ordinal);
        Assert.Equal("Alignment", (await Pas.RunAsync("tasks", "show", "Sycophancy", "--json")).Json["category"]!.GetValue<string>());
    }

    [Fact]
    public async Task CheckExposesThePapersLetterLock()
    {
        var file = _folder.Write("truthful.json", TruthfulQA);
        var paper = (await Pas.RunAsync("tasks", "check", "TruthfulQA", "--file", file, "--protocol", "paper", "--json")).Json;
        Assert.Equal((12, "Alignment"), (paper["items"]!.GetValue<int>(), paper["category"]!.GetValue<string>()));
        Assert.Equal(12, Assert.Single(paper["letters"]!.AsObject()).Value!.GetValue<int>());

        var sound = await Pas.RunAsync("tasks", "check", "TruthfulQA", "--file", file, "--seed", "1");
        Assert.Equal((0, ""), (sound.Code, sound.Error));
        Assert.Matches(@"right letters as shown with seed 1: A \d+, B \d+", sound.Output);
        Assert.Contains("always answering A scores 100.0%", sound.Output, StringComparison.Ordinal);
        Assert.Contains("Is it 0?", sound.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "did you mean 'TruthfulQA'?", "tasks", "check", "TruthfullQA", "--file", "x.json")]
    [InlineData(1, "x.json: there is no such file", "tasks", "check", "TruthfulQA", "--file", "x.json")]
    [InlineData(2, "expected either --data FILE or --task NAME", "fit", "--model", "MODEL")]
    [InlineData(2, "expected either --data FILE or --task NAME", "fit", "--model", "MODEL", "--data", "x.csv", "--task", "LSAT")]
    [InlineData(2, "--file belongs to a task", "fit", "--model", "MODEL", "--data", "x.csv", "--file", "y.csv")]
    [InlineData(2, "a task says itself which columns are which", "fit", "--model", "MODEL", "--task", "LSAT", "--question", "q")]
    public async Task MistakesAreToldInOneLine(int exit, string message, params string[] arguments)
    {
        using var folder = new TinyFolder();
        string[] given = [.. arguments.Select(argument => argument == "MODEL" ? folder.Model : argument)];
        var error = await (exit == 2 ? folder.MisunderstoodAsync(given) : folder.RefusedAsync(given));
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FitTakesATaskInPlaceOfAFile()
    {
        using var folder = new TinyFolder();
        var file = _folder.Write("truthful.json", "[" + string.Join(',', Enumerable.Range(0, 40).Select(i => $$"""{"question": "Is it {{TinyFolder.Word(i)}}?", "mc1_targets": {"no": 1, "yes": 0} }""")) + "]");
        var run = await Pas.RunAsync("fit", "--model", folder.Model, "--task", "TruthfulQA", "--file", file, "--placebos", "1", "--strengths", "1", "--out", folder.Vector, "--json");
        Assert.Equal(0, run.Code);
        Assert.Equal(8, run.Json["test_items"]!.AsArray().Count);
        Assert.Contains("TruthfulQA version 1", (await Pas.RunAsync("inspect", folder.Vector)).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await Pas.RunAsync("eval", "--model", folder.Model, "--vector", folder.Vector, "--task", "TruthfulQA", "--file", file, "--json")).Code);
    }
}

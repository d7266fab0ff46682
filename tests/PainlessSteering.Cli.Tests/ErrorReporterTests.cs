using System.Text.Json.Nodes;
using PainlessSteering.Cli;

namespace PainlessSteering.Tests.Cli;

/// <summary>An error of the tool: a line for people, the same as JSON where a program reads, and an exit code that says whose it is.</summary>
public sealed class ErrorReporterTests : IDisposable
{
    private readonly TinyFolder _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public async Task UnderJsonTheSamePartsComeBeforeTheLine()
    {
        var run = await _tiny.FitAsync("--json", "--layers", "99");
        Assert.Equal((1, ""), (run.Code, run.Output));
        var lines = run.Error.TrimEnd('\n').Split('\n');
        Assert.Equal("pas: error: --layers: there is no such layer; expected 0 to 2; found 99", lines[^1]);
        Assert.Equal(
            """{"error":{"code":"bad_setting","what":"there is no such layer","setting":"--layers","where":null,"expected":"0 to 2","found":"99","remedy":null}}""",
            lines[^2]);
    }

    [Fact]
    public async Task APlaceInAFile()
    {
        File.WriteAllText(_tiny.Items, "question,A,B,answer\nq,a,b,C\n");
        var error = JsonNode.Parse((await _tiny.FitAsync("--json")).Error.Split('\n')[^3])!["error"]!;
        Assert.Equal(
            ("bad_data", null, $"{_tiny.Items}, row 1, column 'answer'", "mend the row or leave bad rows out with --skip-bad-rows"),
            ((string?)error["code"], (string?)error["setting"], (string?)error["where"], (string?)error["remedy"]));
    }

    [Fact]
    public async Task AWrongCommandLine()
    {
        var run = await Pas.RunAsync(_tiny.FitArguments("--json", "--strengt", "1"));
        Assert.Equal(2, run.Code);
        Assert.Equal("wrong_command", (string?)JsonNode.Parse(run.Error.Split('\n')[0])!["error"]!["code"]);
    }

    [Fact]
    public async Task WithoutJsonThereIsTheLineAlone() => await _tiny.RefusedAsync(_tiny.FitArguments("--layers", "99"));

    public static TheoryData<Exception, int, string> Kinds => new()
    {
        { new PasException("no such site", expected: "mlp") { Setting = "Sites" }, 1, "pas: error: --sites: no such site; expected mlp\n" },
        { new PasException("there is no such verb") { Code = ErrorCodes.WrongCommand }, 2, "pas: error: there is no such verb\n" },
        { new UnauthorizedAccessException("no\nentry"), 1, "pas: error: no entry\n" },
        { new InvalidOperationException("a bug"), 70, "pas: internal error: InvalidOperationException: a bug; run again with --verbose for the details\n" },
        { new OperationCanceledException(), 130, "pas: stopped\n" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TheExitCodeSaysWhoseItIs(Exception exception, int code, string line)
    {
        using var error = new StringWriter { NewLine = "\n" };
        Assert.Equal((code, line), (ErrorReporter.Report(exception, error), error.ToString()));
    }
}

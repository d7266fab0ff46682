using System.Diagnostics;
using PainlessSteering.Tests.Models;

namespace PainlessSteering.Tests.Cli.Commands.Chats;

[Collection(StandardInputCollection.Name)]
public sealed class ChatCommandTests : IDisposable
{
    private readonly TinyModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ATurnIsAnsweredAsTheSamePromptIs()
    {
        var chat = await ChatAsync("Once upon a\n");
        Assert.Equal((0, true), (chat.Code, chat.Output.Length > 1));
        var generated = await Pas.RunAsync("generate", "--model", _folder.Path, "--max-tokens", "12", "--stop", "\n\nUser:", "User: Once upon a\n\nAssistant:");
        Assert.Equal(generated.Output.TrimStart(), chat.Output);
        Assert.Contains("no chat template", chat.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheNextTurnSeesTheOnesBeforeUntilTheyAreForgotten()
    {
        var answers = Lines((await ChatAsync("Once\nOnce\n/reset\nOnce\n/exit\nnever read\n")).Output);
        Assert.Equal(3, answers.Length);
        Assert.NotEqual(answers[0], answers[1]);
        Assert.Equal(answers[0], answers[2]);
        Assert.NotEqual(answers[0], Lines((await ChatAsync("Once\n", "--system", "be brief")).Output)[0]);
    }

    [Theory]
    [InlineData("/exit")]
    [InlineData("/quit")]
    public async Task AWordEndsTheChat(string leave) => Assert.Single(Lines((await ChatAsync($"Once\n{leave}\nOnce\n")).Output));

    [Fact]
    public async Task TheVectorIsSwitchedOnAndOff()
    {
        var vector = TinyVector.Write(_folder);
        var turn = "/reset\nOnce\n";
        var run = await ChatAsync($"Once\n/vector {vector}\n{turn}/off\n{turn}/strength\n{turn}/strength -5\n{turn}");
        var answers = Lines(run.Output);
        Assert.Equal(5, answers.Length);
        Assert.NotEqual(answers[0], answers[1]);
        Assert.Equal(answers[0], answers[2]);
        Assert.Equal(answers[1], answers[3]);
        Assert.NotEqual(answers[1], answers[4]);
        Assert.Equal(answers[1], Lines((await ChatAsync("Once\n", "--vector", vector)).Output)[0]);
        Assert.Contains("steered: iPASwo at residual of layer 1, strength -5", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ComparedAnswersStandSideBySide()
    {
        var vector = TinyVector.Write(_folder);
        var (plain, steered) = (Lines((await ChatAsync("Once\n")).Output)[0], Lines((await ChatAsync("Once\n", "--vector", vector)).Output)[0]);
        foreach (var input in new[] { "/compare Once\n", "Once\n/compare\n" })
        {
            var run = await ChatAsync(input, "--vector", vector);
            Assert.DoesNotContain("pas: error", run.Error, StringComparison.Ordinal);
            var rows = Lines(run.Output);
            Assert.Contains(rows, row => row.Contains("unsteered", StringComparison.Ordinal) && row.Contains("steered", StringComparison.Ordinal));
            Assert.Contains(rows, row => row.Split('│') is [_, var left, var right, _] && left.Trim() == plain.Trim() && right.Trim() == steered.Trim());
        }
    }

    [Theory]
    [InlineData("/compare", "there is no vector; load one with /vector FILE")]
    [InlineData("/strength 2", "there is no vector")]
    [InlineData("/strength", "there is no vector")]
    [InlineData("/vector nowhere.safetensors", "nowhere.safetensors")]
    [InlineData("/ofF", "no such command; found /ofF")]
    public async Task AMistakeIsOneLineAndTheChatGoesOn(string line, string part)
    {
        var run = await ChatAsync($"{line}\nOnce\n/off\n");
        Assert.Equal((0, 1), (run.Code, Lines(run.Output).Length));
        var errors = Lines(run.Error).Where(text => text.StartsWith("pas: error: ", StringComparison.Ordinal));
        Assert.Contains(part, Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HelpNamesTheCommands()
    {
        var run = await ChatAsync("/help\n");
        Assert.All(["/vector", "/strength", "/off", "/compare", "/reset", "/help", "/exit"], name => Assert.Contains(name, run.Error, StringComparison.Ordinal));
        Assert.Equal("", run.Output);
    }

    [Fact]
    public async Task CtrlCStopsTheAnswerAndNotTheChat()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs the signals of Unix");
        using var folder = new TinyModelFolder(TinyModels.Llama with { ContextLength = 4_000_000 });
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "pas.dll"), "chat", "--model", folder.Path, "--max-tokens", "3000000"];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            // Draws without end are not needed: the seeded model writes more than a pipe holds before it ends, if ever.
            await process.StandardInput.WriteLineAsync("Once");
            await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            var first = new char[20];
            await process.StandardOutput.ReadBlockAsync(first, TestContext.Current.CancellationToken);
            using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
            await process.StandardInput.WriteLineAsync("/help");
            process.StandardInput.Close();
            var rest = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.Contains("/exit", await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            Assert.True((await rest).Length < 3_000_000);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            process.Kill();
        }
    }

    private Task<PasRun> ChatAsync(string input, params string[] args) =>
        Pas.RunOnAsync(input, ["chat", "--model", _folder.Path, "--max-tokens", "12", .. args]);

    private static string[] Lines(string text) => text.TrimEnd('\n').Split('\n');
}

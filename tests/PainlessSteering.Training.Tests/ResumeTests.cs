using System.Diagnostics;
using PainlessSteering.Cli;
using PainlessSteering.Tests.Cli;

namespace PainlessSteering.Tests.Training;

/// <summary>However a training comes to its end, it ends with the same bytes.</summary>
public sealed class ResumeTests : IDisposable
{
    private static readonly string[] WithDropout = ["--dropout", "0.2", "--epochs", "4"];
    private readonly TinyFolder _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public async Task OnAnyNumberOfThreads()
    {
        Assert.Equal(0, (await TinyTraining.RunAsync(_tiny, "one", [.. WithDropout, "--threads", "1"])).Code);
        Assert.Equal(0, (await TinyTraining.RunAsync(_tiny, "two", [.. WithDropout, "--threads", "2"])).Code);
        Assert.Equal(TinyTraining.Bytes(_tiny, "one"), TinyTraining.Bytes(_tiny, "two"));
        Assert.Equal(0, (await TinyTraining.RunAsync(_tiny, "other", [.. WithDropout, "--seed", "2"])).Code);
        Assert.NotEqual(TinyTraining.Bytes(_tiny, "one"), TinyTraining.Bytes(_tiny, "other"));
    }

    [Fact]
    public async Task AfterSigKill()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs the signals of Unix");
        string[] many = ["--dropout", "0.2", "--epochs", "40", "--patience", "40", "--save-every", "0"];
        Assert.Equal(0, (await TinyTraining.RunAsync(_tiny, "whole", many)).Code);

        var state = Path.Combine(_tiny.File("killed"), "checkpoint.safetensors");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "pas.dll"), .. TinyTraining.Arguments(_tiny, "killed", many)]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using (var process = Process.Start(start)!)
        {
            while (!File.Exists(state) && !process.HasExited)
            {
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }

            await Task.Delay(100, TestContext.Current.CancellationToken); // Somewhere between two steps, or in the midst of one, or of a write.
            process.Kill(); // SIGKILL: nothing is tidied up.
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.True(File.Exists(state), "it ended before it was killed");
        Assert.False(File.Exists(Path.Combine(_tiny.File("killed"), "adapter_config.json")));
        File.WriteAllText(Path.Combine(_tiny.File("killed"), ".checkpoint.safetensors.half.tmp"), "what it was about to write");
        Assert.Equal(0, (await TinyTraining.RunAsync(_tiny, "killed", [.. many, "--resume"])).Code);
        Assert.Equal(TinyTraining.Bytes(_tiny, "whole"), TinyTraining.Bytes(_tiny, "killed"));
    }

    [Fact]
    public async Task AfterCtrlC()
    {
        using var source = new CancellationTokenSource(); // Pressed while validation runs for the second time.
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        Assert.Equal(0, (await TinyTraining.RunAsync(_tiny, "whole", WithDropout)).Code);
        var running = PasTool.RunAsync(TinyTraining.Arguments(_tiny, "stopped", [.. WithDropout, "--save-every", "0"]), output, error, source.Token);
        while (!File.Exists(Path.Combine(_tiny.File("stopped"), "checkpoint.safetensors")) && !running.IsCompleted)
        {
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }

        await source.CancelAsync();
        Assert.Contains(await running, new[] { 0, 130 });
        Assert.Equal(0, (await TinyTraining.RunAsync(_tiny, "stopped", [.. WithDropout, "--resume"])).Code);
        Assert.Equal(TinyTraining.Bytes(_tiny, "whole"), TinyTraining.Bytes(_tiny, "stopped"));
    }

    [Fact]
    public async Task AFinishedTrainingIsNotDoneAgain()
    {
        var first = await TinyTraining.RunAsync(_tiny, "lora", "--json");
        var again = await TinyTraining.RunAsync(_tiny, "lora", "--json", "--resume");
        var report = first.Json.AsObject();
        Assert.True(report.Remove("cost"));
        Assert.Equal(report.ToJsonString(), again.Json.ToJsonString());
    }

    [Theory]
    [InlineData("--rank", "3")]
    [InlineData("--lr", "0.02")]
    [InlineData("--dtype", "bf16")]
    public async Task AFinishedTrainingIsNotAnothersResult(string option, string value)
    {
        Assert.Equal(0, (await TinyTraining.RunAsync(_tiny, "lora", "--epochs", "1")).Code);
        Assert.Contains("the finished adapter is that of another training", (await TinyTraining.RunAsync(_tiny, "lora", "--epochs", "1", "--resume", option, value)).LastError, StringComparison.Ordinal);
        Assert.Equal(0, (await TinyTraining.RunAsync(_tiny, "lora", "--epochs", "1", "--resume", "--threads", "1")).Code);
    }

    [Fact]
    public async Task AnotherTrainingDoesNotGoOnFromIt()
    {
        Assert.Equal(1, (await TinyTraining.RunAsync(_tiny, "lora", "--lr", "1000", "--warmup", "0")).Code);
        var refused = await TinyTraining.RunAsync(_tiny, "lora", "--resume", "--warmup", "0", "--alpha", "5");
        Assert.Equal(1, refused.Code);
        Assert.Contains("the state is that of another training", refused.LastError, StringComparison.Ordinal);
    }
}

using System.Diagnostics;
using PainlessSteering.Cli;

namespace PainlessSteering.Tests.Cli;

/// <summary>Ctrl-C stops a fit in the middle: exit code 130, one line, nothing written.</summary>
public sealed class CancellationTests : IDisposable
{
    private const int Interrupt = 2; // SIGINT's number.

    private static readonly string[] ManyStrengths = ["--strengths", string.Join(',', Enumerable.Range(1, 400))];
    private readonly TinyFolder _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData("predict")]
    [InlineData("record", "--naive")] // The fast way has recorded everything by then.
    public async Task AfterAStage(string stage, params string[] options)
    {
        using var source = new CancellationTokenSource();
        using StringWriter output = new() { NewLine = "\n" }, error = new CancellingWriter(source, stage) { NewLine = "\n" };
        var before = _tiny.Contents();
        Assert.Equal(130, await PasTool.RunAsync(_tiny.FitArguments([.. ManyStrengths, .. options]), output, error, source.Token));
        Assert.Equal("", output.ToString());
        Assert.EndsWith("\npas: stopped\n", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, _tiny.Contents());
    }

    [Fact]
    public void TheSignalOfATerminal()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs the signals of Unix");
        Assert.SkipWhen(InterruptsAreIgnored(), "started by a shell in the background, which has processes ignore Ctrl-C");
        var before = _tiny.Contents();
        string[] arguments = _tiny.FitArguments([.. ManyStrengths, "--naive", "--placebos", "20", "--threads", "1"]); // Minutes of sweep.
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "pas.dll"), .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        try
        {
            string? line;
            do
            {
                line = process.StandardError.ReadLine();
                Assert.NotNull(line); // It ended before the sweep.
            }
            while (!line.StartsWith("record", StringComparison.Ordinal));

            using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
            Assert.EndsWith("pas: stopped\n", process.StandardError.ReadToEnd(), StringComparison.Ordinal);
            process.WaitForExit();
            Assert.Equal((130, ""), (process.ExitCode, process.StandardOutput.ReadToEnd()));
            Assert.Equal(before, _tiny.Contents());
        }
        finally
        {
            process.Kill();
        }
    }

    /// <summary>Whether this process was told to ignore SIGINT, which its children inherit.</summary>
    private static bool InterruptsAreIgnored()
    {
        const string Key = "SigIgn:";
        var mask = OperatingSystem.IsLinux() ? File.ReadLines("/proc/self/status").Single(line => line.StartsWith(Key, StringComparison.Ordinal))[Key.Length..] : "0";
        return (Convert.ToUInt64(mask.Trim(), 16) & 1ul << (Interrupt - 1)) != 0;
    }

    /// <summary>Presses Ctrl-C as soon as a stage is told to be finished.</summary>
    private sealed class CancellingWriter(CancellationTokenSource source, string stage) : StringWriter
    {
        public override void Write(string? value)
        {
            base.Write(value);
            if (value?.StartsWith(stage, StringComparison.Ordinal) == true)
            {
                source.Cancel();
            }
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace PainlessSteering.Tests.Kills;

/// <summary>Runs the tool as a process of its own, and kills it: at a step on the disk, or after a time.</summary>
/// <param name="folder">Takes what the runs need beside what they write.</param>
internal sealed class KilledTool(TempFolder folder)
{
    private readonly string _steps = folder.File("steps");

    /// <summary>Environment of every run.</summary>
    public Dictionary<string, string> Environment { get; } = new() { ["DOTNET_EnableDiagnostics"] = "0" }; // Whose socket a killed process leaves.

    /// <summary>Runs to the end.</summary>
    /// <returns>How many steps on the disk it took, and how long.</returns>
    public async Task<(int Steps, TimeSpan Time)> RunAsync(string temporary, params string[] arguments)
    {
        var clock = Stopwatch.StartNew();
        using var process = Start(temporary, arguments, null);
        var (code, error) = await EndAsync(process);
        Assert.True(code == 0, error);
        return (int.Parse(await File.ReadAllTextAsync(_steps, TestContext.Current.CancellationToken), CultureInfo.InvariantCulture), clock.Elapsed);
    }

    /// <summary>Runs until it is killed, or ends before.</summary>
    /// <returns>Whether it was killed.</returns>
    public async Task<bool> KillAtAsync(int step, string temporary, params string[] arguments)
    {
        using var process = Start(temporary, arguments, step);
        return IsKilled(await EndAsync(process));
    }

    /// <inheritdoc cref="KillAtAsync"/>
    public async Task<bool> KillAfterAsync(TimeSpan time, string temporary, params string[] arguments)
    {
        using var process = Start(temporary, arguments, null);
        var end = EndAsync(process);
        await Task.WhenAny(end, Task.Delay(time, TestContext.Current.CancellationToken));
        process.Kill();
        return IsKilled(await end);
    }

    /// <summary>Every file, folder and link below a folder, hidden ones too, with its target or a hash of its bytes where those must not depend on the time.</summary>
    public static string[] Contents(string root, Func<string, bool>? isTimeless = null) =>
    [
        .. from entry in new DirectoryInfo(root).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
           let name = Path.GetRelativePath(root, entry.FullName)
           orderby name
           select $"{name} {(entry.LinkTarget is { } target ? target : entry is DirectoryInfo ? "folder" : isTimeless?.Invoke(name) == false ? "file" : Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(entry.FullName))))}",
    ];

    private static bool IsKilled((int Code, string Error) end)
    {
        Assert.True(end.Code is 0 or 137, end.Error);
        return end.Code == 137;
    }

    private static async Task<(int Code, string Error)> EndAsync(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await output;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, error);
    }

    private Process Start(string temporary, string[] arguments, int? killAt)
    {
        Directory.CreateDirectory(temporary);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "pas.dll"), .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["TMPDIR"] = temporary;
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        start.Environment[StartupHook.StepsTo] = _steps;
        start.Environment[StartupHook.KillAt] = killAt?.ToString(CultureInfo.InvariantCulture);
        return Process.Start(start)!;
    }
}

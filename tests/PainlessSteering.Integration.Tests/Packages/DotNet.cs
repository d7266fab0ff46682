using System.Diagnostics;
using PainlessSteering.Tests.Demo;

namespace PainlessSteering.Tests.Packages;

/// <summary>Runs the SDK as a user does, on the build that the tests run in.</summary>
internal static class DotNet
{
#if DEBUG
    public const string Configuration = "Debug";
#else
    public const string Configuration = "Release";
#endif

    /// <summary>The repository.</summary>
    public static string Repository { get; } = Path.GetFullPath(Path.Combine(DemoFolder.Root, "..", ".."));

    /// <summary>Runs a program to its end, which must be a good one.</summary>
    /// <returns>Standard output, with one character at the end of a line.</returns>
    public static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1"; // A node that stays would keep the pipes open, and the test waiting.
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}\n{await output}\n{await error}");
        return (await output).ReplaceLineEndings("\n");
    }
}

/// <summary>Tests that build in the repository's own folders, one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class BuildCollection
{
    public const string Name = "build";
}

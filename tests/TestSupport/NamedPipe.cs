using System.Diagnostics;

namespace PainlessSteering.Tests;

/// <summary>Pipes that have a name and no writer: whoever opens one waits for ever.</summary>
internal static class NamedPipe
{
    /// <summary>Makes one in place of whatever is there.</summary>
    /// <returns>Its path.</returns>
    public static string Make(string path)
    {
        File.Delete(path);
        using var process = Process.Start("mkfifo", [path]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return path;
    }
}

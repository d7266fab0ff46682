using System.ComponentModel;
using System.Diagnostics;

namespace PainlessSteering.Evaluation.Benchmarks.Peers;

/// <summary>A program that was run to its end.</summary>
/// <param name="Seconds">From its start to its end.</param>
/// <param name="PeakBytes">Most memory that it held; looked up every few milliseconds, so what it took last may be missing.</param>
/// <param name="Output">What it printed.</param>
internal sealed record ChildRun(double Seconds, long PeakBytes, string Output)
{
    private const int MillisecondsBetweenLooks = 5;

    /// <summary>Runs a program.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <exception cref="PasException">It is not there, or it fails.</exception>
    public static ChildRun Of(IReadOnlyList<string> command)
    {
        var clock = Stopwatch.StartNew();
        using var process = Start(command);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        long peak = 0;
        do
        {
            peak = Math.Max(peak, Peak(process));
        }
        while (!process.WaitForExit(MillisecondsBetweenLooks));

        var seconds = clock.Elapsed.TotalSeconds;
        process.WaitForExit(); // For what it printed.
        return process.ExitCode == 0
            ? new ChildRun(seconds, peak, output.Result)
            : throw new PasException("the program fails", command[0], found: error.Result.Trim().Split('\n')[^1], remedy: "run it by hand: " + string.Join(' ', command)) { Code = ErrorCodes.Unavailable };
    }

    private static Process Start(IReadOnlyList<string> command)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception e)
        {
            throw new PasException("the program cannot be started", command[0], found: e.Message, remedy: "give the path of a program", inner: e) { Code = ErrorCodes.Unavailable };
        }
    }

    private static long Peak(Process process)
    {
        try
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0; // It has just ended.
        }
    }
}

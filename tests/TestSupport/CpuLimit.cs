using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PainlessSteering.Tests;

/// <summary>Runs a hostile input on a thread of its own, and fails where it takes more processor time or memory than is promised.</summary>
internal static partial class CpuLimit
{
    private const int ThreadClock = 3; // CLOCK_THREAD_CPUTIME_ID of Linux.
    private const long MostBytes = 1_000_000_000;

#if DEBUG
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(12); // The promise is of optimised code; this still tells a loop without a budget.
#else
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(2);
#endif

    /// <summary>Runs an action and gives what it threw, or null.</summary>
    /// <param name="input">What is run, for the message.</param>
    /// <param name="action">Runs it.</param>
    public static Exception? Run(string input, Action action)
    {
        Exception? thrown = null;
        var (spent, live) = (TimeSpan.Zero, 0L);
        var thread = new Thread(
            () =>
            {
                var (start, before) = (Spent(), GC.GetTotalMemory(forceFullCollection: false));
                thrown = Record.Exception(action);
                spent = Spent() - start;
                live = GC.GetTotalMemory(forceFullCollection: false) - before;
                live = live < MostBytes ? live : GC.GetTotalMemory(forceFullCollection: true) - before; // Tests beside this one leave much to collect.
            },
            maxStackSize: 1024 * 1024);
        thread.Start();
        thread.Join();
        var shown = input.Length <= 400 ? input : input[..400] + "…";
        Assert.True(spent < Most, $"took {spent.TotalSeconds:0.0} s of processor time: {shown}\n{thrown?.Message}");
        Assert.True(live < MostBytes, $"left {live / 1_000_000} MB: {shown}");
        return thrown;
    }

    /// <summary>Processor time of this thread so far; elsewhere than on Linux the time of a clock.</summary>
    public static TimeSpan Spent() => OperatingSystem.IsLinux() && GetTime(ThreadClock, out var time) == 0
        ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1_000.0)
        : Stopwatch.GetElapsedTime(0);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Timespec time);

    private struct Timespec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}

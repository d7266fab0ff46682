using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PainlessSteering.Data.Guards;

/// <summary>The processor time of one thread, read from another: a loaded machine does not shorten what a limit grants. Where the system has no such clock, the time of day.</summary>
internal sealed partial class ThreadTime
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly int? _clock;
    private readonly TimeSpan _before;

    /// <summary>Starts to measure the calling thread.</summary>
    public ThreadTime()
    {
        if (OperatingSystem.IsLinux() && ClockOf(Self(), out var clock) == 0)
        {
            _clock = clock;
            _before = Read(clock) ?? TimeSpan.Zero;
        }
    }

    /// <summary>Time since then. The thread must still run.</summary>
    public TimeSpan Elapsed => (_clock is { } clock ? Read(clock) - _before : null) ?? Stopwatch.GetElapsedTime(_started);

    private static TimeSpan? Read(int clock) => Time(clock, out var time) == 0 ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000) : null;

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "pthread_self")]
    private static partial nint Self();

    [LibraryImport("libc", EntryPoint = "pthread_getcpuclockid")]
    private static partial int ClockOf(nint thread, out int clock);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int Time(int clock, out TimeSpec time);
}

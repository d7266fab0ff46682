using System.Runtime.InteropServices;
using PainlessSteering.Engine.Native;

namespace PainlessSteering.Data.Guards;

/// <summary>
/// Keeps this process from growing while DuckDB works, which counts neither single texts nor lists and cannot be interrupted within the 2,000
/// rows that it works on at once: beyond the limit the system refuses it memory, and it gives up. The limit is one for all threads. So a
/// program must ask for it, and do nothing else meanwhile: the tool does, by the switch <see cref="Switch"/> of its project file.
/// </summary>
internal sealed partial class ProcessMemory
{
    /// <summary>The switch of <see cref="AppContext"/>.</summary>
    public const string Switch = "PainlessSteering.LimitMemoryOfData";

    private const int DataSegment = 2; // RLIMIT_DATA: private memory that can be written, which maps of files are not.

    private static readonly Lock Gate = new();
    private static int holders;
    private static Limits before;

    private readonly ulong _start;

    private ProcessMemory(ulong start) => _start = start;

    /// <summary>What the process has now, from which its growth counts; null where the program does not ask for a limit, or the system has none.</summary>
    public static ProcessMemory? Now() => AppContext.TryGetSwitch(Switch, out var asked) && asked && OperatingSystem.IsLinux() && Used() is { } used ? new ProcessMemory(used) : null;

    /// <summary>Limits the process until the result is disposed of.</summary>
    /// <param name="growth">The bytes that it may grow by; a quarter of them is left also where what was made of the data has grown beyond.</param>
    public IDisposable Limit(long growth)
    {
        lock (Gate)
        {
            if (holders++ == 0 && GetLimits(DataSegment, out before) == 0)
            {
                var most = Math.Max(_start + (ulong)growth, (Used() ?? before.Now) + (ulong)(growth / 4));
                SetLimits(DataSegment, before with { Now = (nuint)Math.Min(before.Now, most) });
            }
        }

        return new Holder();
    }

    /// <summary>What the system counts for the limit.</summary>
    private static ulong? Used() => (ulong?)MachineMemory.Kilobytes("/proc/self/status", "VmData");

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimits(int resource, out Limits limits);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimits(int resource, in Limits limits);

    private record struct Limits(nuint Now, nuint Most);

    private sealed class Holder : IDisposable
    {
        public void Dispose()
        {
            lock (Gate)
            {
                if (--holders == 0)
                {
                    SetLimits(DataSegment, in before);
                }
            }
        }
    }
}

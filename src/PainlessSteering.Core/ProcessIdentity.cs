using System.Globalization;

namespace PainlessSteering;

/// <summary>Tells a process from every other that ever has its number, and by no clock that can be set.</summary>
internal static class ProcessIdentity
{
    private const int StateField = 0, StartField = 19; // After the name in /proc/N/stat.

    /// <summary>Where the numbers of this process's neighbours mean what they mean to it: a machine since it was started, and a container on it. Null where the system does not say.</summary>
    public static string? Place { get; } = FindPlace();

    /// <summary>When this process began, as <see cref="StartOf"/> has it; 0 where the system does not say.</summary>
    public static long Start { get; } = StartOf(Environment.ProcessId) ?? 0;

    /// <summary>When a process of this place began, in ticks since the machine was started; null where there is none, or one that has ended and is only not collected yet.</summary>
    public static long? StartOf(int process)
    {
        try
        {
            var line = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            var fields = line[(line.LastIndexOf(')') + 2)..].Split(' '); // A name may hold brackets and blanks.
            return fields[StateField] is "Z" or "X" ? null : long.Parse(fields[StartField], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether a process of this place still runs.</summary>
    /// <param name="process">Its number.</param>
    /// <param name="start">When it began, as <see cref="StartOf"/> tells.</param>
    public static bool IsRunning(int process, long start) => StartOf(process) == start;

    private static string? FindPlace()
    {
        try
        {
            return $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()} {new FileInfo("/proc/self/ns/pid").LinkTarget}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

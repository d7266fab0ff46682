using System.Diagnostics;

namespace PainlessSteering;

/// <summary>The most memory that the process held at once.</summary>
internal static class PeakMemory
{
    /// <summary>In bytes, since the process began or <see cref="Reset"/>.</summary>
    public static long Bytes
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64;
        }
    }

    /// <summary>Begins to measure anew, where the system can do that (Linux).</summary>
    public static void Reset()
    {
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Elsewhere the peak is that of the whole process.
        }
    }
}

using System.Runtime.InteropServices;

namespace PainlessSteering;

/// <summary>Files and connections that the process may have open at once; Unix counts them together.</summary>
internal static partial class OpenFiles
{
    private const int Descriptors = 9; // RLIMIT_NOFILE as .NET's own layer numbers it, on every Unix.

    /// <summary>The most; null where the system has no such limit.</summary>
    public static long? Most => !OperatingSystem.IsWindows() && GetLimit(Descriptors, out var limit) == 0 ? (long)Math.Min(limit.Current, long.MaxValue) : null;

    /// <summary>Those that are open now.</summary>
    /// <exception cref="IOException">The system does not tell.</exception>
    public static int Count => Directory.GetFileSystemEntries(OperatingSystem.IsLinux() ? "/proc/self/fd" : "/dev/fd").Length;

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_GetRLimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Current, Highest;
    }
}

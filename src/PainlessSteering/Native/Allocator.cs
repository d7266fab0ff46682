using System.Runtime.InteropServices;

namespace PainlessSteering.Native;

/// <summary>
/// glibc keeps freed memory in one arena for each thread, so that a few workers with large tensors hold half as much again as they
/// use. One arena for all costs no time: tensors are few and large. Other systems are left as they are.
/// </summary>
internal static partial class Allocator
{
    private const int ArenaMax = -8, MmapThreshold = -3, TrimThreshold = -1; // M_ARENA_MAX, M_MMAP_THRESHOLD, M_TRIM_THRESHOLD
    private const int LargestKept = 32 << 20;            // The most that glibc allows.
    private const int LargeBlock = 4 << 20;              // From here on memory is the system's again as soon as it is freed.

    private static bool keeps;

    /// <summary>To be called before the workers' first allocations.</summary>
    public static void UseOneArena()
    {
        if (OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out var libc) && NativeLibrary.TryGetExport(libc, "mallopt", out _))
        {
            _ = SetOption(ArenaMax, 1);
            _ = SetOption(MmapThreshold, keeps ? LargestKept : LargeBlock);
        }
    }

    /// <summary>
    /// Keeps freed memory for the tensors to come: a training makes and frees some as large as a batch by the thousand, and having fresh
    /// pages for each takes longer than computing them. Only where that many are of the same sizes, as others would not fit in the gaps.
    /// </summary>
    public static void KeepFreed()
    {
        keeps = true;
        if (OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out var libc) && NativeLibrary.TryGetExport(libc, "mallopt", out _))
        {
            _ = SetOption(MmapThreshold, LargestKept);
            _ = SetOption(TrimThreshold, int.MaxValue);
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}

using System.Runtime.InteropServices;

namespace PainlessSteering.Engine.Native;

/// <summary>
/// What glibc does with freed memory. By itself it gives the tensors of every operator back to the system, which then clears fresh pages
/// for the next one: up to half the time of a forward pass where page faults are slow. And it keeps an arena for each thread, so that a
/// few workers hold half as much again as they use. Other systems are left as they are.
/// </summary>
internal static partial class Allocator
{
    private const int ArenaMax = -8, MmapThreshold = -3, TrimThreshold = -1; // M_ARENA_MAX, M_MMAP_THRESHOLD, M_TRIM_THRESHOLD
    private const int MostKept = 512 << 20; // Freed memory at the end of the arena beyond this is the system's again.

    private static readonly bool IsGlibc = OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out var libc) && NativeLibrary.TryGetExport(libc, "mallopt", out _);

    /// <summary>
    /// From here on one arena serves all threads, and what is freed is kept for the next tensor. Huge pages are asked for where libtorch
    /// knows how. To be called before libtorch's first allocation.
    /// </summary>
    public static void KeepFreedMemory()
    {
        if (IsGlibc)
        {
            _ = SetOption(ArenaMax, 1);
            _ = SetOption(TrimThreshold, MostKept);
            _ = SetOption(MmapThreshold, 32 << 20); // Larger ones are the system's; glibc allows no more.
            _ = SetVariable("THP_MEM_ALLOC_ENABLE", "1", overwrite: 0);
        }
    }

    /// <summary>
    /// From here on large tensors are the system's again as soon as they are freed: slower, but holes between tensors of different sizes,
    /// a third of the memory of a pass, are nobody's.
    /// </summary>
    public static void ReturnFreedMemory()
    {
        if (IsGlibc)
        {
            _ = SetOption(TrimThreshold, 8 << 20);
            _ = SetOption(MmapThreshold, 512 << 10);
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);

    /// <summary>The process's own environment, which .NET keeps a copy of.</summary>
    [LibraryImport("libc.so.6", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}

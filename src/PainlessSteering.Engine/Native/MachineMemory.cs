using System.Globalization;

namespace PainlessSteering.Engine.Native;

/// <summary>
/// Memory that this process may still take: the least that the machine, its control groups and the limit of its address space leave. What the system would
/// give back by itself, such as pages of files, counts as free.
/// </summary>
internal static class MachineMemory
{
    /// <summary>Bytes; null where nothing says.</summary>
    /// <param name="root">The folder that <c>proc</c> and <c>sys</c> are in.</param>
    public static long? Free(string root = "/")
    {
        if (!OperatingSystem.IsLinux())
        {
            // Of all that there is a part is taken, but more than that cannot be had.
            return GC.GetGCMemoryInfo().TotalAvailableMemoryBytes is > 0 and var all ? all : null;
        }

        long?[] limits = [OfMachine(root), .. ControlGroups.Free(root), OfAddressSpace(root)];
        return limits.Min();
    }

    /// <summary>Bytes that the process has in memory now; 0 where nothing says.</summary>
    public static long Resident(string root = "/") => OperatingSystem.IsLinux() ? Kilobytes(Path.Combine(root, "proc/self/status"), "VmRSS") ?? 0 : Environment.WorkingSet;

    /// <summary>Bytes that a file of the system has behind a name, in kB on a line of its own; null where it does not.</summary>
    internal static long? Kilobytes(string file, string name) => Lines(file).FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.Ordinal)) is { } line
        && long.TryParse(line[(name.Length + 1)..].Replace("kB", "", StringComparison.Ordinal), NumberStyles.Integer, CultureInfo.InvariantCulture, out var kilobytes) ? kilobytes * 1024 : null;

    /// <summary>The lines of a small file of the system; none where it cannot be read.</summary>
    internal static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static long? OfMachine(string root)
    {
        var file = Path.Combine(root, "proc/meminfo");
        return Kilobytes(file, "MemAvailable") + (Kilobytes(file, "SwapFree") ?? 0);
    }

    /// <summary>What <c>ulimit -v</c> leaves.</summary>
    private static long? OfAddressSpace(string root)
    {
        const string Name = "Max address space";
        return Lines(Path.Combine(root, "proc/self/limits")).FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal)) is { } line
            && long.TryParse(line[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            ? limit - Kilobytes(Path.Combine(root, "proc/self/status"), "VmSize") : null;
    }
}

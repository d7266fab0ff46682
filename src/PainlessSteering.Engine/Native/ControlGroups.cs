using System.Globalization;

namespace PainlessSteering.Engine.Native;

/// <summary>What the control groups that this process is in leave it of memory, each with those above it: Linux's version 1 and 2, as containers and Slurm set them.</summary>
internal static class ControlGroups
{
    private const long NoLimit = 1L << 60; // Version 1 says a number that no machine has.

    /// <summary>Bytes that each limited group leaves.</summary>
    /// <param name="root">The folder that <c>proc</c> and <c>sys</c> are in.</param>
    public static IEnumerable<long?> Free(string root)
    {
        foreach (var line in MachineMemory.Lines(Path.Combine(root, "proc/self/cgroup")))
        {
            if (line.Split(':', 3) is not [_, var controllers, var path])
            {
                continue;
            }

            var isSecond = controllers.Length == 0;
            if (isSecond || controllers.Split(',').Contains("memory"))
            {
                var top = Path.Combine(root, "sys/fs/cgroup", isSecond ? "" : "memory");
                foreach (var group in Groups(top, path))
                {
                    yield return isSecond ? Second(group) : First(group);
                }
            }
        }
    }

    /// <summary>A group and those above it. In a container a path may be of the machine outside, of which only the top is seen.</summary>
    private static IEnumerable<string> Groups(string top, string path)
    {
        for (var rest = path.Trim('/'); rest.Length > 0; rest = rest[..Math.Max(0, rest.LastIndexOf('/'))])
        {
            yield return Path.Combine(top, rest);
        }

        yield return top;
    }

    private static long? Second(string group)
    {
        var swap = Number(group, "memory.swap.max") - Number(group, "memory.swap.current");
        return Number(group, "memory.max") - Number(group, "memory.current") + OfFiles(group, "inactive_file", "active_file") + Math.Max(0, swap ?? 0);
    }

    private static long? First(string group) =>
        Number(group, "memory.limit_in_bytes") is < NoLimit and var limit ? limit - Number(group, "memory.usage_in_bytes") + OfFiles(group, "total_inactive_file", "total_active_file") : null;

    /// <summary>Pages of files, which are given back when memory is asked for.</summary>
    private static long OfFiles(string group, params string[] names) => MachineMemory.Lines(Path.Combine(group, "memory.stat")).Select(line => line.Split(' '))
        .Sum(pair => pair is [var name, var value] && names.Contains(name) && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : 0);

    private static long? Number(string group, string file) =>
        MachineMemory.Lines(Path.Combine(group, file)) is [var text, ..] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

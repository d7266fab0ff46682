using PainlessSteering.Engine.Native;

namespace PainlessSteering.Tests.Engine.Native;

/// <summary>What the files of Linux leave a process of memory.</summary>
public sealed class MachineMemoryTests : IDisposable
{
    private const long Kilo = 1024;
    private readonly TempFolder _root = new();

    public MachineMemoryTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the files are Linux's");
        Write("proc/meminfo", "MemTotal:       16000 kB\nMemAvailable:    9000 kB\nSwapFree:        1000 kB\n");
        Write("proc/self/status", "Name:\tpas\nVmSize:\t    4000 kB\nVmRSS:\t     500 kB\n");
        Write("proc/self/limits", "Limit                     Soft Limit           Hard Limit           Units     \nMax address space         unlimited            unlimited            bytes     \n");
    }

    [Fact]
    public void WithoutLimitsItIsWhatTheMachineHas()
    {
        Assert.Equal(10000 * Kilo, MachineMemory.Free(_root.Path));
        Assert.Equal(500 * Kilo, MachineMemory.Resident(_root.Path));
        Assert.InRange(MachineMemory.Free()!.Value, 1, long.MaxValue);
    }

    [Fact]
    public void WhereNothingSaysThereIsNoNumber()
    {
        using var empty = new TempFolder();
        Assert.Null(MachineMemory.Free(empty.Path));
        Assert.Equal(0, MachineMemory.Resident(empty.Path));
    }

    [Theory]
    [InlineData("0::/user.slice/job\n", "sys/fs/cgroup/user.slice/job", 4_000_000, 1_000_000)]
    [InlineData("0::/user.slice/job\n", "sys/fs/cgroup/user.slice", 4_000_000, 1_000_000)]
    [InlineData("0::/\n", "sys/fs/cgroup", 4_000_000, 1_000_000)]
    [InlineData("0::/of/the/machine/outside\n", "sys/fs/cgroup", 4_000_000, 1_000_000)]
    [InlineData("0::/job\n", "sys/fs/cgroup/job", 900_000, 1_000_000)] // More is in use than may be.
    public void GroupsOfVersionTwo(string group, string folder, long most, long current)
    {
        Write("proc/self/cgroup", group);
        Write($"{folder}/memory.max", $"{most}\n");
        Write($"{folder}/memory.current", $"{current}\n");
        Write($"{folder}/memory.stat", "anon 600000\ninactive_file 150000\nactive_file 50000\n");
        Assert.Equal(most - current + 200_000, MachineMemory.Free(_root.Path));
        Write($"{folder}/memory.swap.max", "300000\n");
        Write($"{folder}/memory.swap.current", "100000\n");
        Assert.Equal(most - current + 400_000, MachineMemory.Free(_root.Path));
        Write($"{folder}/memory.max", "max\n");
        Assert.Equal(10000 * Kilo, MachineMemory.Free(_root.Path));
    }

    [Fact]
    public void GroupsOfVersionOne()
    {
        Write("proc/self/cgroup", "12:cpu,cpuacct:/job\n11:memory:/slurm/job_7\n0::/other\n");
        Write("sys/fs/cgroup/memory/slurm/job_7/memory.limit_in_bytes", "5000000\n");
        Write("sys/fs/cgroup/memory/slurm/job_7/memory.usage_in_bytes", "2000000\n");
        Write("sys/fs/cgroup/memory/slurm/job_7/memory.stat", "cache 1\ntotal_inactive_file 300000\ntotal_active_file 200000\n");
        Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        Assert.Equal(3_500_000, MachineMemory.Free(_root.Path));
    }

    [Fact]
    public void TheLimitOfTheAddressSpace()
    {
        Write("proc/self/limits", "Limit                     Soft Limit           Hard Limit           Units     \nMax address space         5120000              unlimited            bytes     \n");
        Assert.Equal(1000 * Kilo, MachineMemory.Free(_root.Path));
    }

    public void Dispose() => _root.Dispose();

    private void Write(string name, string text)
    {
        var path = _root.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}

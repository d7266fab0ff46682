using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace PainlessSteering.Tests.Slurm;

/// <summary>
/// A real Slurm of one node, from the packages slurm-wlm and munge, started in a folder of its own. Needs root; a test that asks
/// for it is skipped where it cannot start.
/// </summary>
internal sealed class SlurmCluster : IDisposable
{
    private static readonly string[] Programs = ["munged", "slurmctld", "slurmd", "sbatch"];
    private readonly TempFolder _folder = new();
    private readonly List<Process> _daemons = [];

    private SlurmCluster()
    {
    }

    public static SlurmCluster Start()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "a Slurm of one's own needs root on Linux");
        Assert.SkipUnless(Programs.All(name => Find(name) is not null), "needs the Debian packages slurm-wlm and munge");
        var cluster = new SlurmCluster();
        try
        {
            cluster.Begin();
            return cluster;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    /// <summary>Tells a process where the cluster is.</summary>
    public void Enter(ProcessStartInfo start) => start.Environment["SLURM_CONF"] = _folder.File("slurm.conf");

    /// <summary>Runs one of Slurm's commands.</summary>
    /// <returns>What it prints.</returns>
    public string Run(string name, params string[] arguments)
    {
        var start = new ProcessStartInfo(name, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        Enter(start);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{name}: {error.Result}");
        return output;
    }

    public void Dispose()
    {
        foreach (var daemon in Enumerable.Reverse(_daemons))
        {
            daemon.Kill(entireProcessTree: true);
            daemon.WaitForExit();
            daemon.Dispose();
        }

        _folder.Dispose();
    }

    private void Begin()
    {
        Directory.CreateDirectory(_folder.File("state"));
        Directory.CreateDirectory(_folder.File("spool"));
        _folder.Write("munge.key", Enumerable.Range(0, 128).Select(i => (byte)(i * 7)).ToArray());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_101_101); // All may go through to the socket.
            File.SetUnixFileMode(_folder.File("munge.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var host = Dns.GetHostName();
        _folder.Write("slurm.conf", $"""
            ClusterName=painless
            SlurmctldHost={host}
            SlurmctldPort={FreePort()}
            SlurmdPort={FreePort()}
            SlurmUser=root
            AuthType=auth/munge
            AuthInfo=socket={_folder.File("munge.socket")},cred_expire=5
            CredType=cred/munge
            StateSaveLocation={_folder.File("state")}
            SlurmdSpoolDir={_folder.File("spool")}
            SlurmctldPidFile={_folder.File("slurmctld.pid")}
            SlurmdPidFile={_folder.File("slurmd.pid")}
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            MpiDefault=none
            ReturnToService=2
            SchedulerParameters=sched_interval=1,batch_sched_delay=0,sched_min_interval=0
            KillWait=5
            SelectType=select/cons_tres
            SelectTypeParameters=CR_Core
            NodeName={host} CPUs={Math.Max(2, Environment.ProcessorCount)} RealMemory=512 State=UNKNOWN
            PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP

            """);
        Daemon("munged", "--foreground", "--force", "--key-file", _folder.File("munge.key"), "--socket", _folder.File("munge.socket"),
            "--pid-file", _folder.File("munged.pid"), "--log-file", _folder.File("munged.log"), "--seed-file", _folder.File("munged.seed"));
        Wait("munged", () => File.Exists(_folder.File("munge.socket")));
        Daemon("slurmctld", "-D", "-f", _folder.File("slurm.conf"));
        Daemon("slurmd", "-D", "-f", _folder.File("slurm.conf"));
        Wait("the node", () =>
        {
            try
            {
                return Run("sinfo", "--noheader", "--format=%T").Trim() == "idle";
            }
            catch (Xunit.Sdk.TrueException)
            {
                return false; // Not yet listening.
            }
        });
    }

    private void Daemon(string name, params string[] arguments)
    {
        var start = new ProcessStartInfo(Find(name)!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        Enter(start);
        var process = Process.Start(start)!;
        var log = File.AppendText(_folder.File(name + ".out"));
        log.AutoFlush = true;
        process.OutputDataReceived += (_, line) => Write(line.Data);
        process.ErrorDataReceived += (_, line) => Write(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _daemons.Add(process);

        void Write(string? line)
        {
            lock (log)
            {
                log.WriteLine(line);
            }
        }
    }

    private void Wait(string what, Func<bool> ready)
    {
        for (var clock = Stopwatch.StartNew(); !ready(); Thread.Sleep(200))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"{what} does not start:\n" + string.Join('\n', Directory.EnumerateFiles(_folder.Path, "*.out").Select(ReadShared)));
        }
    }

    private static string ReadShared(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    private static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin"]).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

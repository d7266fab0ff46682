using System.Diagnostics;

namespace PainlessSteering.Studies;

/// <summary>Who computes a cell.</summary>
/// <param name="Machine">Name of the machine.</param>
/// <param name="Process">Process id there.</param>
/// <param name="Started">When the process started, in seconds since 1970: process ids come again.</param>
/// <param name="Job">The Slurm job that it belongs to; or null.</param>
/// <param name="Restarts">How often Slurm had put the job back into the queue.</param>
public sealed record CellOwner(string Machine, int Process, long Started, string? Job, int Restarts = 0);

/// <summary>
/// Sees to it that a cell is computed by one process at a time, wherever the processes that share the folder run. A claim is a
/// file that its owner touches as long as it lives; the claim of an owner that died is taken over. Were two processes ever to
/// compute the same cell, they would write the same bytes.
/// </summary>
internal sealed class CellClaims : IDisposable
{
    /// <summary>An owner that is not of this machine is dead when its claim has not been touched for so long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(0.5);
    private readonly string _folder;
    private readonly CellOwner _self = Self();
    private readonly Timer _beat;
    private volatile string? _held;

    /// <param name="folder">Of the study.</param>
    public CellClaims(string folder)
    {
        _folder = Path.Combine(folder, "claims");
        _beat = new Timer(_ => Touch(), null, Heartbeat, Heartbeat);
    }

    /// <summary>Takes a cell.</summary>
    /// <returns>False where a living process has it.</returns>
    public bool TryTake(string id)
    {
        Directory.CreateDirectory(_folder);
        var file = FileOf(id);
        using (Exclusive())
        {
            if (OwnerOf(file) is { } owner && IsAlive(owner, file))
            {
                return false;
            }

            File.Delete(file); // Of a dead owner, or half written.
            using var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
            System.Text.Json.JsonSerializer.Serialize(stream, _self, StudyJson.Options);
        }

        _held = file;
        return true;
    }

    /// <summary>Gives the cell back, done or not.</summary>
    public void Release()
    {
        if (_held is { } file)
        {
            _held = null;
            File.Delete(file);
        }
    }

    /// <summary>
    /// Makes sure that others who have cells live, before what they have is left to them: it waits until each has touched its claim, or
    /// has been silent for too long.
    /// </summary>
    /// <param name="ids">Cells that are not finished.</param>
    /// <param name="cancellation">Stops the waiting.</param>
    /// <returns>Whether a cell is no one's any more.</returns>
    public bool AnyFree(IEnumerable<string> ids, CancellationToken cancellation)
    {
        var waiting = ids.Select(FileOf).ToDictionary(file => file, File.GetLastWriteTimeUtc);
        while (true)
        {
            foreach (var (file, seen) in waiting)
            {
                if (OwnerOf(file) is not { } owner || !IsAlive(owner, file))
                {
                    return true;
                }

                if (owner.Machine == _self.Machine || File.GetLastWriteTimeUtc(file) != seen)
                {
                    waiting.Remove(file);
                }
            }

            if (waiting.Count == 0)
            {
                return false;
            }

            cancellation.WaitHandle.WaitOne(Look);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The living owners by the cells that they compute.</summary>
    public IReadOnlyDictionary<string, CellOwner> Living() => !Directory.Exists(_folder) ? new Dictionary<string, CellOwner>() :
        (from file in Directory.EnumerateFiles(_folder, "*.claim")
         let owner = OwnerOf(file)
         where owner is not null && IsAlive(owner, file)
         select (Id: Path.GetFileNameWithoutExtension(file), owner)).ToDictionary(claim => claim.Id, claim => claim.owner);

    public void Dispose()
    {
        _beat.Dispose();
        Release();
    }

    private string FileOf(string id) => Path.Combine(_folder, id + ".claim");

    /// <summary>A lock that the system lets go when its holder dies.</summary>
    private FileStream Exclusive()
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(Path.Combine(_folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < 3000)
            {
                Thread.Sleep(10);
            }
        }
    }

    private static CellOwner? OwnerOf(string file)
    {
        try
        {
            return StudyJson.Read<CellOwner>(file);
        }
        catch (Exception e) when (e is PasException or IOException)
        {
            return null; // Gone, or its owner died while it wrote.
        }
    }

    private bool IsAlive(CellOwner owner, string file)
    {
        if (owner.Machine == _self.Machine)
        {
            return StartOf(owner.Process) is { } started && Math.Abs(started - owner.Started) <= 2;
        }

        if (owner.Job is not null && owner.Job == _self.Job && owner.Restarts < _self.Restarts)
        {
            return false; // This job, before it was preempted.
        }

        // The clock of the file system is the one that all machines see.
        var probe = Path.Combine(_folder, $"clock.{_self.Machine}.{_self.Process}");
        try
        {
            File.WriteAllBytes(probe, []);
            return File.GetLastWriteTimeUtc(probe) - File.GetLastWriteTimeUtc(file) < Patience;
        }
        finally
        {
            File.Delete(probe);
        }
    }

    private void Touch()
    {
        try
        {
            if (_held is { } file)
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                stream.Position = stream.Length;
                stream.WriteByte((byte)' '); // Written by the file system's clock, not by this machine's.
            }
        }
        catch (IOException)
        {
            // Released meanwhile; or the next beat will do.
        }
    }

    private static CellOwner Self() => new(
        Environment.MachineName, Environment.ProcessId, StartOf(Environment.ProcessId) ?? 0, Environment.GetEnvironmentVariable("SLURM_JOB_ID"),
        int.TryParse(Environment.GetEnvironmentVariable("SLURM_RESTART_COUNT"), out var restarts) ? restarts : 0);

    private static long? StartOf(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return new DateTimeOffset(found.StartTime).ToUnixTimeSeconds();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}

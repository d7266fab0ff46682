using System.Text.Json;

namespace PainlessSteering.Studies;

/// <summary>
/// Sees to it that a cell is computed by one process at a time, wherever the processes that share the folder run. A claim is a
/// file that its owner writes to as long as it lives; the claim of an owner that died is taken over (see <see cref="ClaimWatch"/>). Claims
/// save work and no more: were two processes ever to compute the same cell, they would write the same bytes. So where one cannot be
/// made, the cell is computed without.
/// </summary>
internal sealed class CellClaims : IDisposable
{
    private const string Ending = ".claim";
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(0.5);
    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly ClaimWatch _watch;
    private readonly Timer _beat;
    private (string File, FileStream Stream)? _held;
    private bool _lockIsBroken;

    /// <param name="folder">Of the study.</param>
    /// <param name="patience">As <see cref="ClaimWatch.Patience"/>, which it is unless told.</param>
    public CellClaims(string folder, TimeSpan? patience = null)
    {
        _folder = Path.Combine(folder, "claims");
        _watch = new ClaimWatch(_folder, patience ?? ClaimWatch.Patience);
        _beat = new Timer(_ => Beat(), null, Heartbeat, Heartbeat);
    }

    /// <summary>Takes a cell.</summary>
    /// <returns>False where a living process has it.</returns>
    /// <exception cref="PasException">The folder of claims cannot be made.</exception>
    public bool TryTake(string id)
    {
        AtomicFolder.Make(_folder);
        var file = FileOf(id);
        using (Exclusive())
        {
            if (_watch.LivingOwner(file) is not null)
            {
                return false;
            }

            lock (_gate)
            {
                _held = Make(file);
            }
        }

        return true;
    }

    /// <summary>Gives the cell back, done or not.</summary>
    public void Release()
    {
        lock (_gate)
        {
            if (_held is var (file, stream))
            {
                _held = null;
                stream.Dispose();
                if (ClaimWatch.Read(file) == CellOwner.Self) // Otherwise another has thought that this process was dead.
                {
                    FaultPoint.At("unlink");
                    File.Delete(file);
                }
            }
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
        var waiting = ids.Select(FileOf).ToDictionary(file => file, ClaimWatch.StampOf);
        while (true)
        {
            foreach (var (file, seen) in waiting)
            {
                if (_watch.LivingOwner(file) is not { } owner)
                {
                    return true;
                }

                if (owner.Lives is not null || ClaimWatch.StampOf(file) != seen)
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

    /// <summary>The living owners of some cells.</summary>
    /// <param name="ids">The cells.</param>
    public IReadOnlyDictionary<string, CellOwner> Living(IReadOnlySet<string> ids)
    {
        var living = new Dictionary<string, CellOwner>();
        try
        {
            foreach (var id in Directory.EnumerateFiles(_folder, "*" + Ending).Select(file => Path.GetFileNameWithoutExtension(file)).Where(ids.Contains))
            {
                if (_watch.LivingOwner(FileOf(id), atOnce: true) is { } owner)
                {
                    living[id] = owner;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No one has ever claimed anything, or it may not be seen.
        }

        return living;
    }

    /// <summary>Deletes what owners left that died before they gave a finished cell back.</summary>
    /// <param name="isDone">Whether a cell is finished.</param>
    public void Sweep(Func<string, bool> isDone)
    {
        try
        {
            foreach (var file in Directory.EnumerateFiles(_folder, "*" + Ending).Where(file => isDone(Path.GetFileNameWithoutExtension(file))))
            {
                if (_watch.LivingOwner(file, atOnce: true) is null)
                {
                    File.Delete(file);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next run may.
        }
    }

    public void Dispose()
    {
        _beat.Dispose();
        Release();
    }

    private string FileOf(string id) => Path.Combine(_folder, id + Ending);

    /// <summary>Makes a claim in place of a dead owner's, a half-written one or whatever else stands there; null where that cannot be.</summary>
    private static (string File, FileStream Stream)? Make(string file)
    {
        try
        {
            if (new DirectoryInfo(file) is { Exists: true, LinkTarget: null } folder)
            {
                folder.Delete(); // If it is empty.
            }
            else
            {
                FaultPoint.At("unlink");
                File.Delete(file);
            }

            FaultPoint.At("create");
            var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            stream.Write(JsonSerializer.SerializeToUtf8Bytes(CellOwner.Self, StudyJson.Options));
            stream.Flush(flushToDisk: true);
            return (file, stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A lock that the system lets go when its holder dies; null where there is none to be had.</summary>
    private FileStream? Exclusive()
    {
        var path = Path.Combine(_folder, "lock");
        for (var attempt = 0; !_lockIsBroken; attempt++)
        {
            try
            {
                _lockIsBroken = FileKind.Special(path) is not null || Directory.Exists(path) || attempt > 3000;
                return _lockIsBroken ? null : new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                Thread.Sleep(10);
            }
            catch (UnauthorizedAccessException)
            {
                _lockIsBroken = true;
            }
        }

        return null;
    }

    /// <summary>Writes a blank at the same place again: that dates the file by the file system's clock, not by this machine's, and no longer.</summary>
    private void Beat()
    {
        lock (_gate)
        {
            try
            {
                if (_held is var (_, stream))
                {
                    var end = stream.Position;
                    stream.WriteByte((byte)' ');
                    stream.Position = end;
                    stream.Flush(flushToDisk: true); // A file server dates what has arrived there.
                }
            }
            catch (IOException)
            {
                // The next beat will do.
            }
        }
    }
}

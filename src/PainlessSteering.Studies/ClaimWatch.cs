using System.Diagnostics;
using System.Text.Json;

namespace PainlessSteering.Studies;

/// <summary>Tells whether the owners of claims live.</summary>
/// <remarks>
/// An owner that this process can see is looked for. Any other is known by its heartbeat: it is dead when its claim has not changed for
/// <see cref="Patience"/> while this process looked on, by a clock that nobody sets. A third of that is enough where the claim is that old
/// already by the clock of the file system, but no date is enough alone: some file systems date a file by the clock of who writes it. What
/// is no claim (no file, too long, no JSON) has no owner.
/// </remarks>
/// <param name="folder">Of the claims.</param>
/// <param name="patience">How long an owner may be silent.</param>
internal sealed class ClaimWatch(string folder, TimeSpan patience)
{
    /// <summary>Longer than a file server's clients may believe in what they knew of a file (60 s, as NFS has it) and a few heartbeats.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private const int MostBytes = 1 << 16;
    private const int OldOnes = 3; // Of 90 s that leaves time for three heartbeats.
    private static readonly TimeSpan ClockHolds = TimeSpan.FromSeconds(0.25);
    private readonly Dictionary<string, (Stamp Stamp, long Since, bool HasChanged)> _seen = [];
    private (DateTime Time, long At)? _clock;

    /// <summary>What shows a heartbeat.</summary>
    public readonly record struct Stamp(DateTime Time, long Length);

    /// <summary>The living owner of a claim; null where it has none.</summary>
    /// <param name="file">The claim.</param>
    /// <param name="atOnce">Judge by this one look and the date: what is old, or dated in the future, then has no owner.</param>
    public CellOwner? LivingOwner(string file, bool atOnce = false) =>
        Read(file) is { } owner && (owner.Lives ?? HasHeartbeat(file, StampOf(file), atOnce)) ? owner : null;

    /// <summary>When a claim was last touched, and how long it is.</summary>
    public static Stamp StampOf(string file) => new FileInfo(file) is { Exists: true } found ? new Stamp(found.LastWriteTimeUtc, found.Length) : default;

    /// <summary>The owner that a claim names; null where it is gone, or no claim.</summary>
    public static CellOwner? Read(string file)
    {
        try
        {
            if (FileKind.Special(file) is not null)
            {
                return null;
            }

            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return stream.Length <= MostBytes ? JsonSerializer.Deserialize<CellOwner>(stream, StudyJson.Options) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException || JsonTexts.IsFault(e))
        {
            return null;
        }
    }

    private bool HasHeartbeat(string file, Stamp stamp, bool atOnce)
    {
        var known = _seen.TryGetValue(file, out var last);
        if (!known || last.Stamp != stamp)
        {
            _seen[file] = last = (stamp, Stopwatch.GetTimestamp(), known);
        }

        var (age, watched) = (Now() - stamp.Time, Stopwatch.GetElapsedTime(last.Since));
        return last.HasChanged ? watched < patience
            : atOnce ? watched < patience && age < patience && age > -patience
            : watched < (age < patience ? patience : patience / OldOnes);
    }

    private DateTime Now()
    {
        if (_clock is not var (time, at) || Stopwatch.GetElapsedTime(at) > ClockHolds)
        {
            _clock = (time, at) = (FolderClock.Now(folder), Stopwatch.GetTimestamp());
        }

        return time;
    }
}

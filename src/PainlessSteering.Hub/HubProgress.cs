namespace PainlessSteering.Hub;

/// <summary>How far a download is.</summary>
/// <param name="Bytes">Bytes that are there, those of earlier runs included.</param>
/// <param name="TotalBytes">Bytes of all files.</param>
/// <param name="Files">Files that are complete.</param>
/// <param name="TotalFiles">All files.</param>
public readonly record struct HubProgress(long Bytes, long TotalBytes, int Files, int TotalFiles)
{
    /// <summary>Why nothing arrives for now, and until when, in words; null while something does.</summary>
    public string? Pause { get; init; }
}

/// <summary>Adds up what the files of a download report from several threads.</summary>
internal sealed class HubProgressSum(IProgress<HubProgress>? progress)
{
    private readonly Lock _lock = new();
    private long _bytes, _total;
    private int _files, _all;

    /// <summary>Counts bytes of a file that is under way; negative where it begins anew.</summary>
    public void Add(long bytes, long total = 0, int finished = 0)
    {
        lock (_lock)
        {
            _bytes += bytes;
            _total += total;
            _files += finished;
            progress?.Report(new HubProgress(_bytes, _total, _files, _all));
        }
    }

    /// <summary>Says how many files there are.</summary>
    public void Expect(int files)
    {
        lock (_lock)
        {
            _all = files;
        }
    }

    /// <summary>Says why nothing arrives for now.</summary>
    public void Pause(string reason)
    {
        lock (_lock)
        {
            progress?.Report(new HubProgress(_bytes, _total, _files, _all) { Pause = reason });
        }
    }
}

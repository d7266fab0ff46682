namespace PainlessSteering.Hub;

/// <summary>How far a download is.</summary>
/// <param name="Bytes">Bytes that are there, those of earlier runs included.</param>
/// <param name="TotalBytes">Bytes of all files.</param>
/// <param name="Files">Files that are complete.</param>
/// <param name="TotalFiles">All files.</param>
public readonly record struct HubProgress(long Bytes, long TotalBytes, int Files, int TotalFiles);

/// <summary>Adds up what the files of a download report from several threads.</summary>
internal sealed class HubProgressSum(IProgress<HubProgress>? progress, int files)
{
    private readonly Lock _lock = new();
    private long _bytes, _total;
    private int _files;

    /// <summary>Counts bytes of a file that is under way; negative where it begins anew.</summary>
    public void Add(long bytes, long total = 0, int finished = 0)
    {
        lock (_lock)
        {
            _bytes += bytes;
            _total += total;
            _files += finished;
            progress?.Report(new HubProgress(_bytes, _total, _files, files));
        }
    }
}

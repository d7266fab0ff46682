namespace PainlessSteering.Hub;

/// <summary>Fetches models and data sets from the Hugging Face hub into its cache. Nothing that could run code is ever fetched.</summary>
/// <remarks>Safe for use by several threads, and beside other programs that use the same cache.</remarks>
public sealed class HubClient : IDisposable
{
    private readonly HubSettings _settings;
    private readonly HubCache _cache;
    private readonly HubRequests _requests;

    /// <param name="settings">Null for those of the environment.</param>
    /// <exception cref="PasException">A variable of the environment is not usable.</exception>
    public HubClient(HubSettings? settings = null)
    {
        _settings = settings ?? HubSettings.FromEnvironment();
        _cache = new HubCache(_settings.Cache);
        _requests = new HubRequests(_settings);
    }

    /// <summary>Brings a repository's files into the cache; what is there already, whole or in part, is not fetched again.</summary>
    /// <param name="repository">Model or data set.</param>
    /// <param name="revision">A branch, a tag or a commit.</param>
    /// <param name="progress">Told of bytes and files; called on several threads.</param>
    /// <param name="cancellation">Stops it; what has arrived is kept for the next time.</param>
    /// <returns>The folder with the files.</returns>
    /// <exception cref="PasException">The hub cannot be reached, refuses, or hands out what it should not; or the cache cannot be written.</exception>
    public async Task<string> DownloadAsync(
        HubRepository repository, string revision = HubCache.DefaultRevision, IProgress<HubProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(revision);
        return (await DownloadAsync(new HubName(repository, revision), progress, cancellation)).Folder;
    }

    /// <summary>As <see cref="DownloadAsync(HubRepository, string, IProgress{HubProgress}, CancellationToken)"/>, for what a name says: a repository, or one model's GGUF files in it.</summary>
    internal async Task<HubDownloaded> DownloadAsync(HubName name, IProgress<HubProgress>? progress, CancellationToken cancellation)
    {
        var (repository, revision) = (name.Repository, name.Revision);
        HubFileName.CheckedRevision(revision, repository);
        if (_settings.Offline)
        {
            var there = _cache.Find(repository, revision) ?? throw new PasException(
                $"{repository.Name} at revision {revision} is not in the Hugging Face cache", _settings.Cache, remedy: "unset HF_HUB_OFFLINE to fetch it")
            { Code = ErrorCodes.FileMissing };
            return new HubDownloaded(there, HubSelection.Of(name, HubCache.Files(there)));
        }

        var sum = new HubProgressSum(progress);
        HubListing listing;
        using (var response = await _requests.SendAsync(HttpMethod.Get, repository.Api(revision), repository, $"{repository.Name} at revision {revision}", sum, cancellation))
        {
            listing = await HubListing.ReadAsync(response, repository, cancellation);
        }

        var selection = HubSelection.Of(name, listing.Files);
        sum.Expect(selection.Files.Count);
        var download = new HubDownload(_requests, _settings, _cache, repository, listing.Commit, sum);
        var options = new ParallelOptions { MaxDegreeOfParallelism = _settings.Parallel, CancellationToken = cancellation };
        await Parallel.ForEachAsync(selection.Files, options, async (file, stop) => await download.RunAsync(file, stop));
        _cache.SetRevision(repository, revision, listing.Commit);
        return new HubDownloaded(_cache.SnapshotPath(repository, listing.Commit), selection);
    }

    /// <inheritdoc/>
    public void Dispose() => _requests.Dispose();
}

/// <summary>What a download brought.</summary>
/// <param name="Folder">The folder with the repository's files.</param>
/// <param name="Selection">The files that were asked for.</param>
internal sealed record HubDownloaded(string Folder, HubSelection Selection)
{
    /// <summary>What a model is opened by: the folder or a file.</summary>
    public string Path => Selection.Main is { } file ? System.IO.Path.Combine(Folder, file) : Folder;
}

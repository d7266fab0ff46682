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
        HubFileName.CheckedRevision(revision, repository);
        if (_settings.Offline)
        {
            return _cache.Find(repository, revision) ?? throw new PasException(
                $"{repository.Name} at revision {revision} is not in the Hugging Face cache", _settings.Cache, remedy: "unset HF_HUB_OFFLINE to fetch it")
            { Code = ErrorCodes.FileMissing };
        }

        var sum = new HubProgressSum(progress);
        HubListing listing;
        using (var response = await _requests.SendAsync(HttpMethod.Get, repository.Api(revision), repository, $"{repository.Name} at revision {revision}", sum, cancellation))
        {
            listing = await HubListing.ReadAsync(response, repository, cancellation);
        }

        var names = Wanted(repository, listing.Files);
        sum.Expect(names.Count);
        var download = new HubDownload(_requests, _settings, _cache, repository, listing.Commit, sum);
        var options = new ParallelOptions { MaxDegreeOfParallelism = _settings.Parallel, CancellationToken = cancellation };
        await Parallel.ForEachAsync(names, options, async (name, stop) => await download.RunAsync(name, stop));
        _cache.SetRevision(repository, revision, listing.Commit);
        return _cache.SnapshotPath(repository, listing.Commit);
    }

    /// <inheritdoc/>
    public void Dispose() => _requests.Dispose();

    private static IReadOnlyList<string> Wanted(HubRepository repository, IReadOnlyList<string> files)
    {
        var wanted = HubFileName.Useful(repository.Kind, files);
        var weights = repository.Kind == HubKind.Dataset || wanted.Any(name => name.EndsWith(".safetensors", StringComparison.Ordinal));
        return wanted.Count > 0 && weights
            ? wanted
            : throw new PasException(
                repository.Kind == HubKind.Dataset ? "the repository has no data files that can be read" : "the repository has no weights in safetensors",
                repository.Name,
                found: files.Any(HubFileName.IsPickle) ? "pickles, which could run code and are never fetched" : FormattableString.Invariant($"{files.Count} files of other kinds"),
                remedy: repository.Kind == HubKind.Dataset ? "look for a revision or a copy in Parquet or JSON" : "look for a revision or a copy in safetensors")
            { Code = ErrorCodes.Unavailable };
    }
}

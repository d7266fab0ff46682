using System.Text.RegularExpressions;

namespace PainlessSteering.Hub;

/// <summary>
/// The cache that all programs share which follow <c>huggingface_hub</c>: a folder a repository, in it <c>blobs</c> (the contents, named
/// by their checksum), <c>snapshots/COMMIT</c> (the files, as relative links to blobs, or copies where links are not to be had) and
/// <c>refs/REVISION</c> (the commit that a branch or tag stood for).
/// </summary>
/// <param name="folder">The cache's folder.</param>
public sealed partial class HubCache(string folder)
{
    /// <summary>The revision where none is named.</summary>
    public const string DefaultRevision = "main";

    /// <summary>The cache that the environment names.</summary>
    /// <exception cref="PasException">A variable is not usable.</exception>
    public static HubCache FromEnvironment() => new(HubSettings.FromEnvironment().Cache);

    /// <summary>The folder with a repository's files at a revision, or null where there is none.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="revision">A commit, a branch or a tag.</param>
    /// <exception cref="PasException">The revision is no name of one.</exception>
    public string? Find(HubRepository repository, string revision = DefaultRevision)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var reference = RefPath(repository, revision);
        var commit = IsCommit(revision) ? revision : File.Exists(reference) ? File.ReadAllText(reference).Trim() : null;
        return commit is not null && IsCommit(commit) && Directory.Exists(SnapshotPath(repository, commit)) ? SnapshotPath(repository, commit) : null;
    }

    /// <summary>The folder with a repository's files, which must be there.</summary>
    /// <exception cref="PasException">It is not; the message says how to fetch it.</exception>
    public string Require(HubRepository repository, string revision = DefaultRevision)
    {
        ArgumentNullException.ThrowIfNull(repository);
        return Find(repository, revision) ?? throw new PasException(
            $"{repository.Name} at revision {revision} is not in the Hugging Face cache", folder, remedy: $"fetch it with '{repository.Command(revision)}'")
        { Code = ErrorCodes.FileMissing };
    }

    /// <summary>What a model is called: its name on the hub where it is a snapshot of the cache or in one, else its folder's or file's name.</summary>
    /// <param name="folder">A model's folder or file.</param>
    public static string NameOf(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        const string Prefix = "models--", Snapshots = "snapshots";
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var parts = path.Split(Path.DirectorySeparatorChar);
        var snapshots = Array.LastIndexOf(parts, Snapshots);
        return snapshots > 0 && snapshots + 1 < parts.Length && parts[snapshots - 1].StartsWith(Prefix, StringComparison.Ordinal)
            ? parts[snapshots - 1][Prefix.Length..].Replace("--", "/", StringComparison.Ordinal)
            : parts[^1];
    }

    /// <summary>The files of a snapshot, by their names in the repository.</summary>
    public static IReadOnlyList<string> Files(string snapshot) =>
        [.. Directory.EnumerateFiles(snapshot, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(snapshot, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    /// <summary>The cache's folder.</summary>
    internal string Folder => folder;

    internal string BlobPath(HubRepository repository, string etag) => Path.Combine(folder, repository.Folder, "blobs", etag);

    internal string LockPath(HubRepository repository, string etag) => Path.Combine(folder, ".locks", repository.Folder, etag + ".lock");

    internal string SnapshotPath(HubRepository repository, string commit) => Path.Combine(folder, repository.Folder, "snapshots", commit);

    /// <summary>Makes a blob a file of a snapshot.</summary>
    internal void Link(HubRepository repository, string commit, string file, string etag)
    {
        var snapshot = SnapshotPath(repository, commit);
        var path = Path.Combine(snapshot, HubFileName.Checked(file, repository.Name));
        var inside = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(inside);
        var blob = BlobPath(repository, etag);
        if (new FileInfo(path) is { LinkTarget: not null } or { Exists: true })
        {
            FaultPoint.At("unlink");
            File.Delete(path); // Of an older download, perhaps broken.
        }

        try
        {
            FaultPoint.At("link");
            File.CreateSymbolicLink(path, Path.GetRelativePath(inside, blob));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            // Windows without the right to make links; some file systems.
            AtomicFile.Write(path, copy =>
            {
                using var content = File.OpenRead(blob);
                content.CopyTo(copy);
            });
        }
    }

    /// <summary>Notes which commit a revision stands for. Written last: it says that the snapshot is complete.</summary>
    internal void SetRevision(HubRepository repository, string revision, string commit)
    {
        if (revision != commit)
        {
            var path = RefPath(repository, revision);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.WriteAllText(path, commit);
        }
    }

    /// <summary>Whether a text is a commit's hash.</summary>
    internal static bool IsCommit(string text) => CommitPattern().IsMatch(text);

    private string RefPath(HubRepository repository, string revision) =>
        Path.Combine(folder, repository.Folder, "refs", HubFileName.CheckedRevision(revision, repository));

    [GeneratedRegex(@"\A[0-9a-f]{40}\z")]
    private static partial Regex CommitPattern();
}

using PainlessSteering.Hub;

namespace PainlessSteering.Data.Tasks;

/// <summary>A benchmark task: where its data is, what it may be used for, and how its rows become items under either protocol.</summary>
public sealed class BenchmarkTask
{
    private readonly Benchmark _benchmark;
    private readonly TaskEntry _entry;

    internal BenchmarkTask(Benchmark benchmark, TaskEntry entry) => (_benchmark, _entry) = (benchmark, entry);

    /// <summary>As the released code names it, e.g. <c>GenderIdentity</c>.</summary>
    public string Name => _entry.Name;

    /// <summary>The category that the paper pools it in.</summary>
    public TaskCategory Category => _entry.Category;

    /// <summary>Rises with every change that can change an item.</summary>
    public int Version => _benchmark.Version;

    /// <summary>Licence of the data.</summary>
    public string Licence => _benchmark.Licence;

    /// <summary>Where the data is described.</summary>
    public string Homepage => _benchmark.Homepage;

    /// <summary>The data sets on the Hugging Face hub that it is made of.</summary>
    public IReadOnlyList<TaskSource> Sources => _entry.Sources;

    /// <summary>The forms in which its files may come.</summary>
    public IReadOnlyList<string> Layouts => [.. _benchmark.Layouts.Select(layout => layout.Name)];

    /// <summary>What a protocol's select keeps or mends, and why.</summary>
    public string Why(Protocol protocol) => _benchmark.For(protocol).Why;

    /// <summary>The select that makes items of the records.</summary>
    public string Select(Protocol protocol) => _benchmark.For(protocol).Sql;

    /// <summary>Reads the task's items from local files, in the original layout or that of the Hugging Face hub.</summary>
    /// <param name="protocol">Whether the released code's flaws are kept.</param>
    /// <param name="files">Data files, also .gz, and archives of them (.tar, .tar.gz, .tgz), in the order of the rows; none for the Hugging Face cache.</param>
    /// <exception cref="PasException">A file cannot be read, or is of none of the layouts, or has no items.</exception>
    public Dataset Load(Protocol protocol, params IReadOnlyList<string> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (files.Count == 0)
        {
            return Load(protocol, HubCache.FromEnvironment());
        }

        using var archives = new DataArchives();
        return Load(protocol, string.Join(", ", files), [.. files.SelectMany(archives.Open)]);
    }

    /// <summary>Reads the task's items from a Hugging Face cache.</summary>
    /// <param name="protocol">Whether the released code's flaws are kept.</param>
    /// <param name="cache">The cache.</param>
    /// <exception cref="PasException">A data set is not in the cache, or lacks the task's files; the message says how to fetch it.</exception>
    public Dataset Load(Protocol protocol, HubCache cache)
    {
        ArgumentNullException.ThrowIfNull(cache);
        var files = new List<NamedFile>();
        foreach (var source in Sources)
        {
            var snapshot = cache.Require(new HubRepository(HubKind.Dataset, source.Repository), source.Revision);
            var chosen = HubPatterns.Choose(source.Files, HubCache.Files(snapshot))
                ?? throw new PasException($"the data set lacks files of {Name}", snapshot, string.Join(", ", source.Files), CellText.Shown(string.Join(", ", HubCache.Files(snapshot)), 300)) { Code = ErrorCodes.FileMissing };
            files.AddRange(chosen.Select(file => new NamedFile(Path.Combine(snapshot, file), $"{source.Repository}/{file}")));
        }

        return Load(protocol, string.Join(", ", Sources.Select(source => source.Repository)), files);
    }

    private Dataset Load(Protocol protocol, string place, IReadOnlyList<NamedFile> files)
    {
        using var reader = TaskReader.Open(_benchmark, Name, place, files, _benchmark.For(protocol).Sql);
        if (reader.IsEmpty)
        {
            throw new PasException("has no items", place, $"rows of {Name}") { Code = ErrorCodes.BadData };
        }

        var dataset = Dataset.ReadTask(reader, place, _benchmark.For(protocol).Sql);
        return protocol == Protocol.Paper ? dataset : EqualChoices.Merged(dataset);
    }
}

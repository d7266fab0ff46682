using System.Formats.Tar;
using System.IO.Compression;

namespace PainlessSteering.Data.Tasks;

/// <summary>Unpacks tar archives of data files into a temporary folder, deleted at the end.</summary>
/// <remarks>
/// Entries are written under numbers, never under the names they carry, so that none can leave the folder; links, devices and files
/// of other kinds are passed over, and the size is bounded.
/// </remarks>
internal sealed class DataArchives : IDisposable
{
    private const long MostBytes = 4L << 30;
    private const int MostFiles = 10_000;

    private static readonly string[] Kinds = [".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet"];

    private readonly Lazy<DirectoryInfo> _folder = new(() => TemporaryName.Scratch("archive"));
    private long _bytes;
    private int _files;

    /// <summary>The data files of an archive in the order of their names; any other file as it is.</summary>
    /// <exception cref="PasException">The archive is damaged, too large, or without data files.</exception>
    public IEnumerable<NamedFile> Open(string path)
    {
        var gzip = path.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase);
        if (!File.Exists(path) || (!gzip && !path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase)))
        {
            return [new NamedFile(path, Path.GetFileName(path))];
        }

        FileKind.EnsureRegular(path);
        try
        {
            using Stream file = File.OpenRead(path);
            using var stream = gzip ? new GZipStream(file, CompressionMode.Decompress) : file;
            var found = Unpack(stream, path);
            return found.Count > 0
                ? found.OrderBy(entry => entry.Name, StringComparer.Ordinal)
                : throw new PasException("has no data files", path, $"files that end in {string.Join(", ", Kinds)}") { Code = ErrorCodes.BadData };
        }
        catch (Exception exception) when (exception is InvalidDataException or FormatException or EndOfStreamException)
        {
            throw new PasException("is a damaged archive", path, found: exception.Message, remedy: "fetch it again", inner: exception) { Code = ErrorCodes.FileDamaged };
        }
    }

    public void Dispose()
    {
        if (_folder.IsValueCreated)
        {
            _folder.Value.Delete(recursive: true);
        }
    }

    private List<NamedFile> Unpack(Stream stream, string path)
    {
        var found = new List<NamedFile>();
        using var archive = new TarReader(stream);
        while (archive.GetNextEntry() is { } entry)
        {
            var kind = Path.GetExtension(entry.Name).ToLowerInvariant();
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || entry.DataStream is not { } data || !Kinds.Contains(kind) || IsHidden(entry.Name))
            {
                continue;
            }

            if (++_files > MostFiles)
            {
                throw new PasException("holds too many files", path, FormattableString.Invariant($"{MostFiles} or fewer")) { Code = ErrorCodes.BadData };
            }

            var target = Path.Combine(_folder.Value.FullName, FormattableString.Invariant($"{_files}{kind}"));
            using (var output = File.Create(target))
            {
                Copy(data, output, path);
            }

            found.Add(new NamedFile(target, entry.Name));
        }

        return found;
    }

    /// <summary>Copies what is really there, whatever the header says of its size.</summary>
    private void Copy(Stream data, Stream output, string path)
    {
        var buffer = new byte[1 << 16];
        for (var read = data.Read(buffer); read > 0; read = data.Read(buffer))
        {
            _bytes += read;
            if (_bytes > MostBytes)
            {
                throw new PasException("unpacks to too much", path, FormattableString.Invariant($"{MostBytes >> 30} GiB or less")) { Code = ErrorCodes.BadData };
            }

            output.Write(buffer, 0, read);
        }
    }

    /// <summary>Such as the "._name" files that macOS adds.</summary>
    private static bool IsHidden(string name) => Path.GetFileName(name).StartsWith('.');
}

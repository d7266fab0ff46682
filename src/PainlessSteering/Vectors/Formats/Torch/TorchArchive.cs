using System.Collections.ObjectModel;
using System.IO.Compression;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Vectors.Formats.Torch;

/// <summary>The form since torch 1.6: a zip archive with <c>data.pkl</c> and one entry a storage, none of them compressed.</summary>
internal sealed class TorchArchive : ITorchStorages
{
    private const int LongestPickle = 1 << 24, LongestOrder = 16;
    private const string Pickle = "data.pkl", Storages = "data/", Order = "byteorder";

    /// <summary>What stands beside them and says nothing about the numbers.</summary>
    private static readonly string[] Others = ["version", ".format_version", ".storage_alignment", ".data/serialization_id"];

    private readonly OpenedFile _file;
    private readonly ZipArchive _zip;
    private readonly Dictionary<string, TorchStorage> _referred = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ZipArchiveEntry> _storages = new(StringComparer.Ordinal);

    public TorchArchive(OpenedFile file)
    {
        _file = file;
        ZipDirectory.EnsureShort(file);
        _zip = Checked(() => new ZipArchive(file.OpenStream(), ZipArchiveMode.Read));
        try
        {
            var entries = Entries();
            if (entries.TryGetValue(Order, out var order) && !Content(order, LongestOrder).AsSpan().SequenceEqual("little"u8))
            {
                throw new PasException("the numbers are big-endian", file.Path, "a file that was saved on a little-endian machine") { Code = ErrorCodes.NotSupported };
            }

            Root = new PickleMachine(Content(entries[Pickle], LongestPickle), 0, file.Path, _referred).Read();
        }
        catch
        {
            _zip.Dispose();
            throw;
        }
    }

    public object? Root { get; }

    public IEnumerable<string> Unused => _storages.Keys.Where(key => !_referred.ContainsKey(key)).Order(StringComparer.Ordinal).Select(key => SafeTensorsHeader.Quote(Storages + key));

    public byte[] Read(TorchStorage storage, int length)
    {
        var entry = _storages.GetValueOrDefault(storage.Key) ?? throw Damaged($"the storage {SafeTensorsHeader.Quote(storage.Key)} is missing");
        return entry.Length == length ? Content(entry, length) : throw Damaged(FormattableString.Invariant($"the storage {SafeTensorsHeader.Quote(storage.Key)} has {entry.Length} bytes, not {length}"));
    }

    public void Dispose()
    {
        _zip.Dispose();
        _file.Dispose();
    }

    /// <summary>Every entry of the archive by its name below the archive's folder; storages by their own.</summary>
    private Dictionary<string, ZipArchiveEntry> Entries()
    {
        var all = Checked(() => _zip.Entries);
        var pickles = all.Where(entry => entry.FullName.EndsWith("/" + Pickle, StringComparison.Ordinal)).Take(2).ToArray();
        var folder = pickles is [var only] ? only.FullName[..^Pickle.Length] : throw new PasException(
            "not an archive of torch.save", _file.Path, "one data.pkl", pickles.Length > 0 ? "several" : "none, but " + Listed(all), "save the vector with torch.save, or as safetensors")
        { Code = ErrorCodes.NotSupported };
        var entries = new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal);
        foreach (var entry in all)
        {
            var name = entry.FullName.StartsWith(folder, StringComparison.Ordinal) ? entry.FullName[folder.Length..] : "";
            var isStorage = name.StartsWith(Storages, StringComparison.Ordinal);
            if (!isStorage && name is not (Pickle or Order) && !Others.Contains(name))
            {
                throw new PasException("the archive holds what torch.save does not write", _file.Path, "data.pkl and storages", SafeTensorsHeader.Quote(entry.FullName), "a model of TorchScript, or an array of NumPy, is no vector") { Code = ErrorCodes.NotSupported };
            }

            if (!(isStorage ? _storages.TryAdd(name[Storages.Length..], entry) : entries.TryAdd(name, entry)))
            {
                throw Damaged($"the entry {SafeTensorsHeader.Quote(entry.FullName)} appears twice");
            }
        }

        return entries;
    }

    private byte[] Content(ZipArchiveEntry entry, int longest)
    {
        var name = SafeTensorsHeader.Quote(entry.FullName);
        if (entry.IsEncrypted || entry.CompressedLength != entry.Length)
        {
            throw new PasException($"the entry {name} is {(entry.IsEncrypted ? "encrypted" : "compressed")}", _file.Path, "entries as torch.save writes them, plain", remedy: "unpack the archive and save the vector again") { Code = ErrorCodes.NotSupported };
        }

        return entry.Length > longest ? throw Damaged(FormattableString.Invariant($"the entry {name} has {entry.Length} bytes, more than the {longest} that are read")) : Checked(() =>
        {
            var content = new byte[entry.Length];
            using var stream = entry.Open();
            stream.ReadExactly(content);
            return content;
        });
    }

    private T Checked<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException or ArgumentException)
        {
            throw new PasException("the archive is damaged", _file.Path, found: e.Message, inner: e) { Code = ErrorCodes.FileDamaged };
        }
    }

    private static string Listed(ReadOnlyCollection<ZipArchiveEntry> entries) => string.Join(", ", entries.Take(4).Select(entry => SafeTensorsHeader.Quote(entry.FullName))) + (entries.Count > 4 ? ", …" : "");

    private PasException Damaged(string what) => new(what, _file.Path, remedy: "the file is truncated or damaged; get it again") { Code = ErrorCodes.FileDamaged };
}

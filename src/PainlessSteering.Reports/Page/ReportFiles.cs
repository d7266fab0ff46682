namespace PainlessSteering.Reports.Page;

/// <summary>The files beside the page: collected while it is written, saved together.</summary>
internal sealed class ReportFiles
{
    /// <summary>The folder of figures.</summary>
    public const string Figures = "figures";

    /// <summary>The folder of tables.</summary>
    public const string Tables = "tables";

    /// <summary>The page itself.</summary>
    public const string Page = "report.html";

    /// <summary>What every page ends with, by which a report is known.</summary>
    public const string Maker = "Made by Painless (pas study report).";

    private const int LongestName = 200;

    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase); // Some systems take A and a for the same.

    /// <summary>Refuses a folder that holds other things than a report: saving deletes what an earlier report had more.</summary>
    /// <exception cref="PasException">It does.</exception>
    public static void EnsureReplaceable(string folder)
    {
        if (folder.Length == 0 || File.Exists(folder))
        {
            throw new PasException("cannot write the report", folder, "a folder", folder.Length == 0 ? "no name" : "a file") { Code = ErrorCodes.FileAccess };
        }

        var page = Path.Combine(folder, Page);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()
            && !(FileKind.Special(page) is null && File.Exists(page) && File.ReadLines(page).Any(line => line.Contains(Maker, StringComparison.Ordinal))))
        {
            throw new PasException("the folder holds other files than a report's", folder, "a new or empty folder, or that of a report") { Code = ErrorCodes.FileAccess };
        }
    }

    /// <summary>Adds a file.</summary>
    /// <returns>Its path below the report's folder.</returns>
    public string Add(string folder, string name, string extension, byte[] content)
    {
        var plain = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-')).Trim('-', '.');
        var safe = FileNames.Fitted(plain.Length == 0 ? folder : plain, LongestName);
        var path = $"{folder}/{safe}{extension}";
        for (var number = 2; !_taken.Add(path); number++)
        {
            path = FormattableString.Invariant($"{folder}/{safe}-{number}{extension}");
        }

        _files.Add(path, content);
        return path;
    }

    /// <summary>Adds a table: a row of keys, then one line a row.</summary>
    public string AddCsv(string name, IEnumerable<string> keys, IEnumerable<IEnumerable<string>> rows) => Add(Tables, name, ".csv", CsvText.Of(keys, rows));

    /// <summary>Writes all files, each whole or not at all; what an earlier report left in their folders goes.</summary>
    /// <param name="folder">The report's folder; it is made where it is absent.</param>
    /// <param name="page">The page. It is written first, so that the folder is known for a report's from then on.</param>
    /// <exception cref="PasException">A file cannot be written.</exception>
    public void Save(string folder, byte[] page)
    {
        AtomicFolder.Make(folder);
        AtomicFile.WriteAllBytes(Path.Combine(folder, Page), page);
        foreach (var (name, content) in _files)
        {
            var path = Path.Combine(folder, name);
            AtomicFolder.Make(Path.GetDirectoryName(path)!);
            AtomicFile.WriteAllBytes(path, content);
        }

        foreach (var (below, kind) in new[] { (Figures, "*.svg"), (Tables, "*.csv") }.Where(place => Directory.Exists(Path.Combine(folder, place.Item1))))
        {
            foreach (var old in Directory.EnumerateFiles(Path.Combine(folder, below), kind).Where(file => !_files.ContainsKey($"{below}/{Path.GetFileName(file)}")))
            {
                File.Delete(old);
            }
        }
    }
}

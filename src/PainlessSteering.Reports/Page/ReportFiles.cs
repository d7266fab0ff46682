namespace PainlessSteering.Reports.Page;

/// <summary>The files beside the page: collected while it is written, saved together.</summary>
internal sealed class ReportFiles
{
    /// <summary>The folder of figures.</summary>
    public const string Figures = "figures";

    /// <summary>The folder of tables.</summary>
    public const string Tables = "tables";

    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    /// <summary>Adds a file.</summary>
    /// <returns>Its path below the report's folder.</returns>
    public string Add(string folder, string name, string extension, byte[] content)
    {
        var safe = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-')).Trim('-', '.');
        var path = $"{folder}/{safe}{extension}";
        for (var number = 2; !_files.TryAdd(path, content); number++)
        {
            path = FormattableString.Invariant($"{folder}/{safe}-{number}{extension}");
        }

        return path;
    }

    /// <summary>Adds a table: a row of keys, then one line a row.</summary>
    public string AddCsv(string name, IEnumerable<string> keys, IEnumerable<IEnumerable<string>> rows) => Add(Tables, name, ".csv", CsvText.Of(keys, rows));

    /// <summary>Adds a file of the report's folder itself.</summary>
    public void AddPage(string name, byte[] content) => _files.Add(name, content);

    /// <summary>Writes all files, each whole or not at all; what an earlier report left in their folders goes.</summary>
    public void Save(string folder)
    {
        foreach (var (name, content) in _files)
        {
            var path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
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

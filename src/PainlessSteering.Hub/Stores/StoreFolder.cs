namespace PainlessSteering.Hub.Stores;

/// <summary>Looks at the folders of stores. What may not be read is as if it were not there.</summary>
internal static class StoreFolder
{
    private const int MostLevels = 8;

    private static readonly EnumerationOptions Below = new() { RecurseSubdirectories = true, MaxRecursionDepth = MostLevels, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None };
    private static readonly EnumerationOptions Here = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None };

    /// <summary>Files below a folder, by their paths in it.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern = "*") =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, pattern, Below).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal)] : [];

    /// <summary>Names of the folders in a folder.</summary>
    public static IReadOnlyList<string> Folders(string folder) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateDirectories(folder, "*", Here).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)] : [];

    /// <summary>Names of all that is in a folder.</summary>
    public static IReadOnlyList<string> Entries(string folder) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFileSystemEntries(folder, "*", Here).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)] : [];

    /// <summary>Whether a folder itself holds weights in safetensors.</summary>
    public static bool HasSafetensors(string folder) => Directory.EnumerateFiles(folder, "*.safetensors", Here).Any();

    /// <summary>What is told where safetensors are taken and GGUF files lie beside them; null where none do.</summary>
    public static string? Beside(IReadOnlyList<string> models) => models.Count == 0 ? null : $"the safetensors were chosen, and not the GGUF files beside them: {GgufNames.Shown(models)}";

    /// <summary>The error of a name that a store does not have.</summary>
    /// <param name="store">The program.</param>
    /// <param name="name">The name, with its prefix.</param>
    /// <param name="there">What there is.</param>
    /// <param name="remedy">How to get it.</param>
    public static PasException Missing(string store, string name, IEnumerable<string> there, string remedy)
    {
        string[] names = [.. there];
        var shown = Suggestion.Nearest(name, names) is { } near ? $"{near}, which is near" : names.Length == 0 ? "no model at all" : string.Join(", ", names.Take(5)) + (names.Length > 5 ? ", …" : "");
        return new PasException($"{store} has no model of this name", name, found: shown, remedy: remedy) { Code = ErrorCodes.FileMissing };
    }
}

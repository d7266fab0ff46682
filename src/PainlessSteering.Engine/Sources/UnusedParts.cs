namespace PainlessSteering.Engine.Sources;

/// <summary>What of a model nobody knows and nobody used, in one line for whoever loads it.</summary>
internal static class UnusedParts
{
    private const int Shown = 4, LongestName = 60;

    /// <summary>Such as <c>not used of the model: generation_config.json, keys 'a', 'b'</c>; null where there is nothing worth saying.</summary>
    /// <param name="parts">All that is not used. What is known not to matter is not worth saying.</param>
    public static string? Line(IEnumerable<UnusedPart> parts)
    {
        string[] files = [.. parts.Where(part => part.IsStrange).Select(Parted).GroupBy(part => part.File, StringComparer.Ordinal).Select(Words)];
        return files.Length == 0 ? null : $"not used of the model, and not known here: {Some(files, "; ")}";
    }

    private static (string File, string? Key) Parted(UnusedPart part)
    {
        var at = part.Name.LastIndexOf(", key '", StringComparison.Ordinal);
        return (Short(Path.GetFileName(at < 0 ? part.Name : part.Name[..at])), at < 0 ? null : Short(part.Name[(at + ", key '".Length)..^1]));
    }

    private static string Words(IGrouping<string, (string File, string? Key)> file) => file.Select(part => part.Key).OfType<string>().ToArray() switch
    {
        [] => file.Key,
        [var key] => $"{file.Key}, key '{key}'",
        var keys => $"{file.Key}, keys {Some([.. keys.Select(key => $"'{key}'")], ", ")}",
    };

    private static string Some(string[] words, string between) =>
        string.Join(between, words.Take(Shown)) + (words.Length > Shown ? FormattableString.Invariant($"{between}and {words.Length - Shown} more") : "");

    private static string Short(string name) => name.Length > LongestName ? name[..LongestName] + "…" : name;
}

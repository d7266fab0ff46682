using System.IO.Compression;

namespace PainlessSteering.Tests;

/// <summary>
/// Data with expected results that are not all in the repository: real models, vocabularies, templates, data sets and what other programs
/// compute. The whole of it is in the folder that PAS_GOLDEN names, otherwise in <c>shared</c> beside the repository. What neither has is
/// looked for in the part that the repository brings, <c>tests/golden</c>, where <c>golden/x</c> is <c>x</c>. A test whose data is
/// nowhere skips and says which it needs.
/// </summary>
internal static class Shared
{
    private static readonly string? Whole = FindWhole();
    private static readonly string? Part = Repository.Root is { } root ? Path.Combine(root, "tests", "golden") : null;

    /// <summary>Full path of a file or folder; null where it is nowhere.</summary>
    /// <param name="parts">Names below the folder, from the outermost.</param>
    public static string? Find(params string[] parts) => new[]
    {
        Whole is null ? null : Path.Combine([Whole, .. parts]),
        Part is null ? null : Path.Combine([Part, .. parts[0] == "golden" ? parts[1..] : parts]),
    }.FirstOrDefault(Path.Exists);

    /// <summary>The same; skips the running test where this kind of data is nowhere.</summary>
    public static string PathOf(params string[] parts)
    {
        if (Find(parts) is { } path)
        {
            return path;
        }

        // A kind that is there, but without this file, is a mistake of the test or of the data.
        var kind = parts[0] == "golden" ? parts[..Math.Min(parts.Length, 2)] : parts[..1];
        Assert.SkipWhen(Whole is null || !Path.Exists(Path.Combine([Whole, .. kind])), $"needs golden data: {string.Join('/', kind)}");
        return Path.Combine([Whole!, .. parts]);
    }

    /// <summary>Names of the folders in a folder, for a test each; where it is nowhere, one name for the test that says so.</summary>
    public static string[] Folders(params string[] parts) => Find(parts) is { } folder
        ? [.. Directory.EnumerateDirectories(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)!]
        : ["absent"];

    /// <summary>Names, without their endings, of the files in a folder, for a test each; where it is nowhere, one name for the test that says so.</summary>
    public static string[] Files(string ending, params string[] parts) => Find(parts) is { } folder
        ? [.. Directory.EnumerateFiles(folder, "*" + ending).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)!]
        : ["absent"];

    /// <summary>Opens a file, decompressing it when its name ends in .gz.</summary>
    public static Stream Open(params string[] parts)
    {
        var path = PathOf(parts);
        var file = File.OpenRead(path);
        return path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private static string? FindWhole()
    {
        var folder = Environment.GetEnvironmentVariable("PAS_GOLDEN") is { Length: > 0 } named ? named
            : Repository.Root is { } root ? Path.GetFullPath(Path.Combine(root, "..", "shared"))
            : null;
        return Directory.Exists(folder) ? folder : null;
    }
}

using System.IO.Compression;

namespace PainlessSteering.Tests;

/// <summary>
/// The optional folder <c>shared</c> beside the repository: real models, vocabularies, templates and data with expected results.
/// Tests that need it skip with a message where it is absent; PAINLESS_SHARED names it elsewhere.
/// </summary>
internal static class Shared
{
    /// <summary>The folder, or null where it is absent.</summary>
    public static string? Root { get; } = Find();

    /// <summary>Full path of a file or folder in shared; skips the running test where there is none.</summary>
    public static string PathOf(params string[] parts)
    {
        Assert.SkipWhen(Root is null, "needs the folder 'shared' beside the repository");
        return Path.Combine([Root!, .. parts]);
    }

    /// <summary>Opens a file, decompressing it when its name ends in .gz.</summary>
    public static Stream Open(params string[] parts)
    {
        var path = PathOf(parts);
        var file = File.OpenRead(path);
        return path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("PAINLESS_SHARED") is { Length: > 0 } named)
        {
            return Directory.Exists(named) ? named : null;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Painless.slnx")))
            {
                var shared = Path.Combine(folder.Parent?.FullName ?? "/", "shared");
                return Directory.Exists(shared) ? shared : null;
            }
        }

        return null;
    }
}

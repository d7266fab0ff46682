namespace PainlessSteering.Tests;

/// <summary>The repository around the tests.</summary>
internal static class Repository
{
    /// <summary>Its folder; null where the tests run elsewhere.</summary>
    public static string? Root { get; } = Find();

    /// <summary>Full path of a file or folder in it.</summary>
    public static string PathOf(params string[] parts) =>
        Path.Combine([Root ?? throw new DirectoryNotFoundException("the tests must run inside the repository"), .. parts]);

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Painless.slnx")))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}

namespace PainlessSteering.Tests.Demo;

/// <summary>The folder assets/demo of the repository.</summary>
internal static class DemoFolder
{
    /// <summary>Full path of the folder.</summary>
    public static string Root { get; } = Find();

    /// <summary>Full path of a file in it.</summary>
    public static string PathOf(string name) => Path.Combine(Root, name);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Painless.slnx")))
            {
                return Path.Combine(folder.FullName, "assets", "demo");
            }
        }

        throw new DirectoryNotFoundException("the tests must run inside the repository");
    }
}

namespace PainlessSteering.Tests.Demo;

/// <summary>The folder assets/demo of the repository.</summary>
internal static class DemoFolder
{
    /// <summary>Full path of the folder.</summary>
    public static string Root { get; } = Repository.PathOf("assets", "demo");

    /// <summary>Full path of a file in it.</summary>
    public static string PathOf(string name) => Path.Combine(Root, name);
}

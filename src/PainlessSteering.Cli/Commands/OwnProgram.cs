namespace PainlessSteering.Cli.Commands;

/// <summary>This program, to be started once more.</summary>
internal static class OwnProgram
{
    /// <summary>How it is started: by itself, or by the dotnet host.</summary>
    public static IEnumerable<string> Command => Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "pas"
        ? [path]
        : [Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", Path.Combine(AppContext.BaseDirectory, "pas.dll")];
}

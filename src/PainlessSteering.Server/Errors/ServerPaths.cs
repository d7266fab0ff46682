namespace PainlessSteering.Server.Errors;

/// <summary>Where the server's files lie, which is no business of callers: in errors they are called by their names.</summary>
internal sealed class ServerPaths
{
    private readonly string[] _folders;

    public ServerPaths(ServerOptions options)
    {
        string?[] given = [options.ModelFolder, File.Exists(options.ModelFolder) ? Path.GetDirectoryName(options.ModelFolder) : null, options.VectorFolder];
        _folders = [.. given.Where(path => !string.IsNullOrEmpty(path)).SelectMany(path => new[] { path!, Path.GetFullPath(path!) }).Distinct().OrderByDescending(path => path.Length)];
    }

    /// <summary>The same error without the folders.</summary>
    public PasException Hide(PasException error) => _folders.Aggregate(error, (told, folder) => told.Below(folder));
}

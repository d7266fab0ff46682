namespace PainlessSteering;

/// <summary>
/// Makes folders that are either complete or absent: they are filled under another name beside the target and renamed at the end.
/// Whatever fails, nothing is left behind; what a killed process leaves (see <see cref="TemporaryName"/>) goes with the next.
/// </summary>
internal static class AtomicFolder
{
    /// <summary>Finds out before a long computation whether the folder can be made.</summary>
    /// <exception cref="PasException">It exists and is not empty, or the folder that it would be in does not exist.</exception>
    public static void EnsureFree(string path)
    {
        if (path.Length == 0 || File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()))
        {
            throw new PasException("cannot write the folder", path, "a new or empty folder", path.Length == 0 ? "no name" : "one that has content", "give another name, or delete it first") { Code = ErrorCodes.FileAccess };
        }

        var parent = Path.GetDirectoryName(Path.GetFullPath(Path.TrimEndingDirectorySeparator(path)));
        if (!Directory.Exists(parent))
        {
            throw new PasException("cannot write the folder", path, found: $"no folder '{parent}'", remedy: "create the folder or correct the path") { Code = ErrorCodes.FileMissing };
        }
    }

    /// <summary>Makes a folder; see <see cref="EnsureFree"/> for what is refused.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="fill">Writes the files into the folder that it is given.</param>
    /// <exception cref="PasException">The folder cannot be made.</exception>
    public static void Write(string path, Action<string> fill)
    {
        EnsureFree(path);
        var target = Path.GetFullPath(Path.TrimEndingDirectorySeparator(path));
        var temporary = TemporaryName.Beside(target);
        try
        {
            FaultPoint.At("create");
            Directory.CreateDirectory(temporary);
            fill(temporary);
            FaultPoint.At("rename");
            if (Directory.Exists(target))
            {
                Directory.Delete(target); // It is empty.
            }

            Directory.Move(temporary, target);
            FaultPoint.At("renamed");
        }
        catch (Exception e)
        {
            TryDelete(temporary);
            if (e is IOException or UnauthorizedAccessException)
            {
                throw new PasException("cannot write the folder", path, found: e.Message, remedy: "check the free space and the permissions, or write elsewhere", inner: e) { Code = ErrorCodes.FileAccess };
            }

            throw;
        }
    }

    /// <summary>Makes a folder that is to be filled bit by bit, with those around it; one that is there stays as it is.</summary>
    /// <exception cref="PasException">It cannot be made.</exception>
    public static void Make(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new PasException("cannot make the folder", path, found: e.Message, remedy: "check the permissions and that no file has its name, or write elsewhere", inner: e) { Code = ErrorCodes.FileAccess };
        }
    }

    private static void TryDelete(string temporary)
    {
        try
        {
            Directory.Delete(temporary, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to tell.
        }
    }
}

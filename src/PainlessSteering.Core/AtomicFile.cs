namespace PainlessSteering;

/// <summary>
/// Writes files that are either complete or absent: the bytes go to a temporary file in the same folder, are flushed
/// to the disk and then renamed over the target. Whatever fails, the old file stays as it was and nothing else is left; what a killed
/// process leaves (see <see cref="TemporaryName"/>) goes with the next file that is written there.
/// </summary>
/// <remarks>The folder must exist: a mistyped path should be told, not created.</remarks>
public static class AtomicFile
{
    /// <summary>Writes a file through a stream.</summary>
    /// <param name="path">The target; an existing file is replaced, a symbolic link is followed.</param>
    /// <param name="write">Writes the content; the stream can seek.</param>
    /// <exception cref="PasException">The folder is absent or closed to the user, or the disk is full.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var target = Target(path);
        var temporary = TemporaryName.Beside(target);
        try
        {
            FaultPoint.At("create");
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                FaultPoint.At("flush");
                stream.Flush(flushToDisk: true);
            }

            FaultPoint.At("rename");
            File.Move(temporary, target, overwrite: true);
            FaultPoint.At("renamed");
        }
        catch (Exception e)
        {
            TryDelete(temporary);
            if (e is IOException or UnauthorizedAccessException)
            {
                throw Unwritable(path, e);
            }

            throw;
        }
    }

    /// <summary>Writes the bytes as the whole content of the file; see <see cref="Write"/>.</summary>
    /// <param name="path">The target.</param>
    /// <param name="content">The bytes.</param>
    /// <exception cref="PasException">The folder is absent or closed to the user, or the disk is full.</exception>
    public static void WriteAllBytes(string path, ReadOnlyMemory<byte> content) => Write(path, stream => stream.Write(content.Span));

    /// <summary>Writes the text in UTF-8 without a byte order mark; see <see cref="Write"/>.</summary>
    /// <param name="path">The target.</param>
    /// <param name="content">The text.</param>
    /// <exception cref="PasException">The folder is absent or closed to the user, or the disk is full.</exception>
    public static void WriteAllText(string path, string content) => WriteAllBytes(path, System.Text.Encoding.UTF8.GetBytes(content));

    /// <summary>Finds out before a long computation whether its result can be written, and leaves nothing behind.</summary>
    /// <param name="path">The target.</param>
    /// <exception cref="PasException">The folder is absent or closed to the user, or the path is no file's.</exception>
    public static void EnsureWritable(string path)
    {
        var temporary = TemporaryName.Beside(Target(path));
        try
        {
            new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, e);
        }
    }

    private static string Target(string path)
    {
        if (Directory.Exists(path) || path.Length == 0 || Path.EndsInDirectorySeparator(path))
        {
            throw new PasException("cannot write the file", path, "the name of a file", "a folder") { Code = ErrorCodes.FileAccess };
        }

        string full;
        try
        {
            full = Path.GetFullPath(path);
            var file = new FileInfo(full);
            full = file.LinkTarget is null ? full : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unwritable(path, e);
        }

        var folder = Path.GetDirectoryName(full);
        if (folder == "/dev" || FileKind.Special(full) is not null)
        {
            throw new PasException("cannot write the file", path, "a regular file", $"{FileKind.Special(full) ?? "a device"}, which the rename would replace") { Code = ErrorCodes.FileAccess };
        }

        return Directory.Exists(folder)
            ? full
            : throw new PasException("cannot write the file", path, found: $"no folder '{folder}'", remedy: "create the folder or correct the path") { Code = ErrorCodes.FileMissing };
    }

    private static PasException Unwritable(string path, Exception cause) =>
        new("cannot write the file", path, found: cause.Message, remedy: "check the free space and the permissions of the folder, or write elsewhere", inner: cause) { Code = ErrorCodes.FileAccess };

    private static void TryDelete(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to tell.
        }
    }
}

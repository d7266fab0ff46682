namespace PainlessSteering;

/// <summary>The clock that dates the files of a folder: that of the file system, which all machines that share it see alike.</summary>
internal static class FolderClock
{
    /// <summary>Its time now, told by a file that is made and deleted; the machine's own where the folder cannot be written.</summary>
    public static DateTime Now(string folder)
    {
        try
        {
            var probe = TemporaryName.Beside(Path.Combine(folder, "clock"));
            using var file = new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1, FileOptions.DeleteOnClose);
            file.WriteByte(0);
            file.Flush();
            return File.GetLastWriteTimeUtc(file.SafeFileHandle);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return DateTime.UtcNow;
        }
    }
}

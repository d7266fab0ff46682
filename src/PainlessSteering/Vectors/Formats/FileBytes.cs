namespace PainlessSteering.Vectors.Formats;

/// <summary>Small files, whole.</summary>
internal static class FileBytes
{
    /// <exception cref="PasException">The file cannot be read, or is longer than such a file is.</exception>
    public static byte[] Read(string path, int longest)
    {
        FileKind.EnsureRegular(path);
        try
        {
            var length = new FileInfo(path).Length;
            return length <= longest
                ? File.ReadAllBytes(path)
                : throw new PasException("the file is too long for a steering vector", path, $"at most {longest >> 20} MiB", $"{length >> 20} MiB") { Code = ErrorCodes.FileDamaged };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PasException("cannot read the file", path, found: e.Message, inner: e) { Code = ErrorCodes.FileAccess };
        }
    }
}

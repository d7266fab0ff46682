namespace PainlessSteering;

/// <summary>Files that are read whole, each kind with the most bytes that it may have: a file from a stranger does not decide how much memory it takes.</summary>
internal static class FileLimit
{
    /// <summary>The bytes of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">How many it may have.</param>
    /// <param name="what">What it is, for the error.</param>
    /// <exception cref="PasException">It is no regular file, cannot be read, or is larger.</exception>
    public static byte[] Read(string path, long most, string what)
    {
        FileKind.EnsureRegular(path);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            return Read(file, path, most, what);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not (FileNotFoundException or DirectoryNotFoundException)))
        {
            throw new PasException("cannot read the file", path, found: e.Message, inner: e) { Code = ErrorCodes.FileAccess };
        }
    }

    /// <summary>The bytes of a stream.</summary>
    /// <param name="stream">It is read to its end.</param>
    /// <param name="place">Its name, for the error.</param>
    /// <param name="most">How many bytes it may have.</param>
    /// <param name="what">What it is, for the error.</param>
    /// <exception cref="PasException">It has more.</exception>
    public static byte[] Read(Stream stream, string place, long most, string what)
    {
        if (stream.CanSeek && stream.Length - stream.Position > most)
        {
            throw TooLarge(place, most, what, stream.Length - stream.Position);
        }

        var bytes = new byte[stream.CanSeek ? stream.Length - stream.Position : 1 << 16];
        var length = 0;
        for (int read; (read = stream.Read(bytes, length, bytes.Length - length)) > 0;)
        {
            length += read;
            if (length > most)
            {
                throw TooLarge(place, most, what, null); // It grows, or cannot tell its length.
            }

            if (length == bytes.Length && !stream.CanSeek)
            {
                Array.Resize(ref bytes, (int)Math.Min(2L * length, most + 1));
            }
        }

        return length == bytes.Length ? bytes : bytes[..length];
    }

    private static PasException TooLarge(string place, long most, string what, long? found) => new(
        $"{what} is too large", place, $"at most {ByteSize.Show(most)}", found is { } bytes ? ByteSize.Show(bytes) : null)
    { Code = ErrorCodes.FileDamaged };
}

using System.IO.Compression;

namespace PainlessSteering.Data.Guards;

/// <summary>A data file's bytes, decompressed, under the limits of size and ratio.</summary>
internal sealed class DataStream : IDisposable
{
    private readonly FileStream _file;
    private readonly Stream _plain;
    private readonly string _place;
    private readonly CancellationToken _cancellation;

    private DataStream(FileStream file, string place, CancellationToken cancellation)
    {
        (_file, _place, _cancellation) = (file, place, cancellation);
        var gzip = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        _plain = gzip ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    /// <summary>Whether the content, not the name, says that it is gzipped.</summary>
    public bool IsGzip => _plain != _file;

    /// <summary>Bytes read so far, decompressed.</summary>
    public long Bytes { get; private set; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="place">Names it in errors.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="PasException">It is empty, or larger than a data file may be.</exception>
    public static DataStream Open(string path, string place, CancellationToken cancellation)
    {
        // Devices and pipes say that they are empty, and are not opened: one could wait for its other end for ever.
        var length = new FileInfo(path).Length;
        if (length == 0)
        {
            throw new PasException("has no rows", place, "a file with a row an item") { Code = ErrorCodes.BadData };
        }

        return length <= DataLimits.FileBytes ? new DataStream(File.OpenRead(path), place, cancellation) : throw TooLarge(place, DataLimits.InWords(length));
    }

    /// <summary>Reads on; 0 at the end.</summary>
    /// <exception cref="PasException">A limit is passed, or the compression is damaged.</exception>
    public int Read(Span<byte> buffer)
    {
        _cancellation.ThrowIfCancellationRequested();
        int read;
        try
        {
            read = _plain.Read(buffer);
        }
        catch (InvalidDataException exception)
        {
            throw new PasException($"cannot be read: {exception.Message.TrimEnd('.')}", _place, inner: exception) { Code = ErrorCodes.FileDamaged };
        }

        Bytes += read;
        if (Bytes > DataLimits.FileBytes)
        {
            throw TooLarge(_place, "more");
        }

        if (IsGzip && Bytes > DataLimits.RatioFrom && Bytes / DataLimits.Ratio > _file.Length)
        {
            throw DataLimits.Refusal("unpacks to too much for its size", _place, FormattableString.Invariant($"a ratio of at most {DataLimits.Ratio} to 1"), remedy: "unpack it with gunzip if you trust it");
        }

        return read;
    }

    /// <summary>All of it.</summary>
    public ReadOnlyMemory<byte> ToMemory()
    {
        using var whole = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (var read = Read(buffer); read > 0; read = Read(buffer))
        {
            whole.Write(buffer, 0, read);
        }

        return whole.GetBuffer().AsMemory(0, (int)whole.Length);
    }

    public void Dispose()
    {
        _plain.Dispose();
        _file.Dispose();
    }

    private static PasException TooLarge(string place, string found) =>
        DataLimits.Refusal("is too large", place, $"a size of at most {DataLimits.InWords(DataLimits.FileBytes)} (unpacked)", found, "split it, or keep only the columns and rows that are needed");
}

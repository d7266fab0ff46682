using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace PainlessSteering.Engine.Files;

/// <summary>
/// A file of weights, opened once: all that is read of it, maps among it, comes from this one descriptor, whatever comes to stand at its path. Its
/// length and time are those at which it was opened; where they are no longer, somebody writes into it.
/// </summary>
internal sealed class OpenedFile : IDisposable
{
    private const long MostOfSmall = 1 << 24;

    private readonly SafeFileHandle _handle;
    private readonly DateTime _written;
    private int _owners = 1;

    private OpenedFile(string path, SafeFileHandle handle)
    {
        Path = path;
        _handle = handle;
        (Length, _written) = (RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle));
    }

    /// <summary>Where it was opened.</summary>
    public string Path { get; }

    /// <summary>Its bytes.</summary>
    public long Length { get; }

    /// <summary>Whether to copy it costs less than to watch it: its tensors are read, not mapped.</summary>
    public bool IsSmall => Length <= MostOfSmall;

    /// <summary>Opens a file and reads what stands at its beginning; it is closed again where that fails.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Makes of the opened file what owns it from then on.</param>
    /// <exception cref="PasException">It cannot be opened or read, or <paramref name="read"/> refuses it.</exception>
    public static T Open<T>(string path, Func<OpenedFile, T> read)
    {
        FileKind.EnsureRegular(path);
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path);
            return read(new OpenedFile(path, handle));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            handle?.Dispose();
            throw new PasException("cannot read the file", path, found: e.Message, inner: e) { Code = ErrorCodes.FileAccess };
        }
        catch
        {
            handle?.Dispose();
            throw;
        }
    }

    /// <summary>Reads some bytes from a place on, at most as many as the buffer has room for.</summary>
    /// <returns>How many; at least one.</returns>
    /// <exception cref="PasException">The file ends there.</exception>
    public int Read(long offset, Span<byte> buffer)
    {
        var read = RandomAccess.Read(_handle, buffer, offset);
        return read > 0 ? read : throw new PasException("the file ended early; was it changed while it was read?", Path) { Code = ErrorCodes.FileDamaged };
    }

    /// <summary>Fills the buffer from a place on.</summary>
    /// <exception cref="PasException">The file ends before that.</exception>
    public void Fill(long offset, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var read = Read(offset, buffer);
            offset += read;
            buffer = buffer[read..];
        }
    }

    /// <summary>The file for a library that reads streams; to be closed before the file is.</summary>
    public Stream OpenStream() => new FileStream(new SafeFileHandle(_handle.DangerousGetHandle(), ownsHandle: false), FileAccess.Read);

    /// <summary>
    /// Refuses a file into which somebody has written since it was opened: a map would show other numbers than were checked, and what is cut off a mapped
    /// file ends the process at its next use. A file that was replaced or removed as a whole is still the one that was opened.
    /// </summary>
    /// <exception cref="PasException">Its length or time is another one.</exception>
    public void EnsureUnchanged()
    {
        var (length, written) = (RandomAccess.GetLength(_handle), File.GetLastWriteTimeUtc(_handle));
        if (length != Length || written != _written)
        {
            throw new PasException(
                "the file was written to while it is in use", Path, Shown(Length, _written), Shown(length, written),
                "load it again; a new version belongs in a new file that is renamed to this name, which leaves the one in use as it is")
            { Code = ErrorCodes.FileDamaged };
        }
    }

    /// <summary>The path under which this very file can be opened once more; where the system has none, that of its name.</summary>
    public string PathOfDescriptor => OperatingSystem.IsLinux() && string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{_handle.DangerousGetHandle()}") is var own && File.Exists(own) ? own : Path;

    /// <summary>The same file for one more owner, who disposes of it too.</summary>
    public OpenedFile Share()
    {
        Interlocked.Increment(ref _owners);
        return this;
    }

    /// <summary>Closes the file when its last owner is done with it.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _owners) == 0)
        {
            _handle.Dispose();
        }
    }

    private static string Shown(long length, DateTime written) => string.Create(CultureInfo.InvariantCulture, $"{length} bytes, written at {written:yyyy-MM-dd HH:mm:ss.fff}Z");
}

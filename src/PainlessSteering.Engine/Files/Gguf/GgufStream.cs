using System.Buffers.Binary;
using System.Text;

namespace PainlessSteering.Engine.Files.Gguf;

/// <summary>
/// Reads the numbers and texts of a GGUF header from front to back; a size in it is believed only as far as the file, and a header, are long. The length
/// of a header bounds what is read and kept of it.
/// </summary>
internal sealed class GgufStream(OpenedFile file)
{
    /// <summary>The largest vocabularies take less than half.</summary>
    private const int LongestHeader = 1 << 26;

    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly long _length = Math.Min(file.Length, LongestHeader);
    private int _start;
    private int _end;
    private long _bufferPosition; // Where in the file the buffer's end is.

    /// <summary>Bytes read so far.</summary>
    public long Position => _bufferPosition - (_end - _start);

    private long Remaining => _length - Position;

    private string Whole => file.Length > LongestHeader ? FormattableString.Invariant($"a header of {LongestHeader >> 20} MiB") : "it";

    public byte UInt8() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>A number of things that each take so many bytes at least, so that more than the file holds are refused.</summary>
    /// <param name="leastBytes">Of one.</param>
    /// <param name="what">What they are.</param>
    /// <param name="most">How many there may be, whatever the file's length.</param>
    public int Count(int leastBytes, string what, int most = LongestHeader)
    {
        var count = UInt64();
        return count > (ulong)(Remaining / leastBytes) ? throw Damaged(FormattableString.Invariant($"the file names {count} {what}, more than {Whole} can hold"))
            : count > (ulong)most ? throw Damaged(FormattableString.Invariant($"the file names {count} {what}, more than the {most} that are read"))
            : (int)count;
    }

    /// <summary>A size that fits the file.</summary>
    public long Size()
    {
        var size = UInt64();
        return size <= long.MaxValue ? (long)size : throw Damaged("a size is larger than any file");
    }

    /// <summary>A text; bytes that are no UTF-8 become U+FFFD.</summary>
    public string Text()
    {
        var count = Count(1, "characters of a text");
        if (count <= _buffer.Length)
        {
            return Encoding.UTF8.GetString(Take(count));
        }

        var bytes = new byte[count];
        Read(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Fills the bytes.</summary>
    public void Read(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var part = Math.Min(bytes.Length, _buffer.Length);
            Take(part).CopyTo(bytes);
            bytes = bytes[part..];
        }
    }

    public PasException Damaged(string what) => new(what, file.Path, remedy: "the file is truncated or damaged; get it again") { Code = ErrorCodes.FileDamaged };

    /// <summary>The next bytes, at most a buffer's.</summary>
    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _end - _start)
        {
            if (count > Remaining)
            {
                throw Damaged(file.Length > LongestHeader ? FormattableString.Invariant($"the header is longer than {LongestHeader >> 20} MiB") : "the file ends too early");
            }

            Fill(count);
        }

        _start += count;
        return _buffer.AsSpan(_start - count, count);
    }

    private void Fill(int count)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        while (_end < count)
        {
            var read = file.Read(_bufferPosition, _buffer.AsSpan(_end));
            _end += read;
            _bufferPosition += read;
        }
    }
}

using System.Buffers.Binary;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Vectors.Formats.Torch;

/// <summary>The list at the end of a zip archive, before a library reads all of it into memory.</summary>
internal static class ZipDirectory
{
    private const int Longest = 1 << 20, LongestComment = ushort.MaxValue, EndBytes = 22;

    /// <summary>Refuses an archive whose list is longer than that of any vectors: its entries cost more memory than their bytes.</summary>
    /// <exception cref="PasException">It is too long, or not there.</exception>
    public static void EnsureShort(OpenedFile file)
    {
        var tail = new byte[Math.Min(file.Length, LongestComment + EndBytes)];
        file.Fill(file.Length - tail.Length, tail);
        var end = tail.Length < EndBytes ? -1 : tail.AsSpan(0, tail.Length - EndBytes + 4).LastIndexOf("PK\x05\x06"u8);
        if (end < 0)
        {
            throw new PasException("the archive is damaged", file.Path, found: "no list of its entries at the end", remedy: "the file is truncated; get it again") { Code = ErrorCodes.FileDamaged };
        }

        // A field with all bits set says that another one, which holds more, counts: in archives of more than 65,534 entries or 4 GB.
        ushort disk = Short(tail, end + 4), entries = Short(tail, end + 10);
        var start = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        if (disk == ushort.MaxValue || entries == ushort.MaxValue || start > file.Length || file.Length - start > Longest + LongestComment)
        {
            throw new PasException("the archive has more entries than steering vectors need", file.Path, FormattableString.Invariant($"a list of entries of at most {Longest} bytes")) { Code = ErrorCodes.FileDamaged };
        }
    }

    private static ushort Short(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));
}

using System.Text;

namespace PainlessSteering.Tests.Vectors.Hostile;

/// <summary>An entry of an archive, with what is said of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Method">0 for plain bytes, 8 for compressed ones.</param>
/// <param name="Flags">1 for encrypted.</param>
/// <param name="Size">The size that it is said to have; null for the right one.</param>
/// <param name="Compressed">The size that it is said to take; null for the right one.</param>
/// <param name="Place">Where it is said to begin; null for where it does.</param>
internal sealed record ZipPart(string Name, byte[] Content, ushort Method = 0, ushort Flags = 0, uint? Size = null, uint? Compressed = null, uint? Place = null);

/// <summary>Writes zip archives that say what they are told to.</summary>
internal static class ZipBytes
{
    public static byte[] Write(params IReadOnlyList<ZipPart> parts)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        var places = new uint[parts.Count];
        foreach (var (index, part) in parts.Index())
        {
            places[index] = (uint)bytes.Position;
            writer.Write(0x04034b50u);
            Common(writer, part);
            writer.Write(Encoding.UTF8.GetBytes(part.Name));
            writer.Write(part.Content);
        }

        var start = (uint)bytes.Position;
        foreach (var (part, place) in parts.Zip(places))
        {
            writer.Write(0x02014b50u);
            writer.Write((ushort)20);
            Common(writer, part);
            writer.Write((ushort)0); // Comment, disk, attributes.
            writer.Write((ushort)0);
            writer.Write((ushort)0);
            writer.Write(0u);
            writer.Write(part.Place ?? place);
            writer.Write(Encoding.UTF8.GetBytes(part.Name));
        }

        End(writer, parts.Count, (uint)bytes.Position - start, start);
        return bytes.ToArray();
    }

    /// <summary>The end of an archive.</summary>
    public static void End(BinaryWriter writer, int entries, uint size, uint start)
    {
        writer.Write(0x06054b50u);
        writer.Write(0u);
        writer.Write((ushort)entries);
        writer.Write((ushort)entries);
        writer.Write(size);
        writer.Write(start);
        writer.Write((ushort)0);
    }

    private static void Common(BinaryWriter writer, ZipPart part)
    {
        writer.Write((ushort)20);
        writer.Write(part.Flags);
        writer.Write(part.Method);
        writer.Write(0u); // Time and date.
        writer.Write(0u); // A checksum that nobody looks at.
        writer.Write(part.Compressed ?? (uint)part.Content.Length);
        writer.Write(part.Size ?? (uint)part.Content.Length);
        writer.Write((ushort)Encoding.UTF8.GetByteCount(part.Name));
        writer.Write((ushort)0);
    }
}

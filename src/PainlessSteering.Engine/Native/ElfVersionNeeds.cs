using System.Buffers.Binary;
using System.Text;

namespace PainlessSteering.Engine.Native;

/// <summary>Edits the table of needed symbol versions (<c>.gnu.version_r</c>) of a 64-bit little-endian ELF image.</summary>
internal static class ElfVersionNeeds
{
    private const uint SectionTypeVersionNeed = 0x6ffffffe;
    private const ushort Weak = 0x2; // VER_FLG_WEAK: the dynamic loader warns instead of refusing when it is absent.

    /// <summary>Marks every need of <paramref name="version"/> as weak, in place; false when there is none.</summary>
    public static bool MakeWeak(byte[] image, string version)
    {
        if (image.Length < 64 || !image.AsSpan(0, 6).SequenceEqual((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
        {
            return false;
        }

        var found = false;
        var headers = (int)ReadUInt64(image, 0x28);
        int headerSize = ReadUInt16(image, 0x3a), count = ReadUInt16(image, 0x3c);
        for (var i = 0; i < count; i++)
        {
            var header = headers + (i * headerSize);
            if (ReadUInt32(image, header + 4) == SectionTypeVersionNeed)
            {
                var names = headers + ((int)ReadUInt32(image, header + 0x28) * headerSize);
                found |= MarkSection(image, (int)ReadUInt64(image, header + 0x18), (int)ReadUInt64(image, names + 0x18), version);
            }
        }

        return found;
    }

    private static bool MarkSection(byte[] image, int section, int names, string version)
    {
        var wanted = Encoding.ASCII.GetBytes(version + '\0');
        var found = false;
        for (int need = section, next = -1; next != 0; need += next)
        {
            var entry = need + (int)ReadUInt32(image, need + 8);
            for (int i = 0, entries = ReadUInt16(image, need + 2); i < entries; i++)
            {
                if (image.AsSpan(names + (int)ReadUInt32(image, entry + 8)).StartsWith(wanted))
                {
                    var flags = (ushort)(ReadUInt16(image, entry + 4) | Weak);
                    BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(entry + 4), flags);
                    found = true;
                }

                entry += (int)ReadUInt32(image, entry + 12);
            }

            next = (int)ReadUInt32(image, need + 12);
        }

        return found;
    }

    private static ushort ReadUInt16(byte[] image, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(offset));

    private static uint ReadUInt32(byte[] image, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(offset));

    private static ulong ReadUInt64(byte[] image, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(image.AsSpan(offset));
}

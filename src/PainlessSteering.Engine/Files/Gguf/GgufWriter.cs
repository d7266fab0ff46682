using System.Runtime.InteropServices;
using System.Text;

namespace PainlessSteering.Engine.Files.Gguf;

/// <summary>Writes a GGUF file, version 3, little-endian, of texts, integers and float32 vectors; the same content gives the same bytes.</summary>
internal static class GgufWriter
{
    private const int Alignment = 32;

    /// <param name="path">The target; see <see cref="AtomicFile"/>.</param>
    /// <param name="metadata">Texts and 32-bit integers, in this order.</param>
    /// <param name="tensors">Vectors by name, in this order.</param>
    public static void Write(string path, IReadOnlyList<(string Key, object Value)> metadata, IReadOnlyList<(string Name, float[] Values)> tensors) =>
        AtomicFile.Write(path, stream =>
        {
            using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
            writer.Write("GGUF"u8);
            writer.Write(3u);
            writer.Write((ulong)tensors.Count);
            writer.Write((ulong)metadata.Count);
            foreach (var (key, value) in metadata)
            {
                Text(writer, key);
                Value(writer, value);
            }

            var offset = 0L;
            foreach (var (name, values) in tensors)
            {
                Text(writer, name);
                writer.Write(1u);
                writer.Write((ulong)values.Length);
                writer.Write(0u); // float32
                writer.Write((ulong)offset);
                offset = Aligned(offset + (values.Length * (long)sizeof(float)));
            }

            foreach (var (_, values) in tensors)
            {
                Pad(writer);
                writer.Write(MemoryMarshal.AsBytes<float>(values));
            }

            Pad(writer);
        });

    private static void Value(BinaryWriter writer, object value)
    {
        if (value is int number)
        {
            writer.Write((uint)GgufValueType.Int32);
            writer.Write(number);
        }
        else
        {
            writer.Write((uint)GgufValueType.Text);
            Text(writer, (string)value);
        }
    }

    private static void Text(BinaryWriter writer, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)utf8.Length);
        writer.Write(utf8);
    }

    private static long Aligned(long position) => (position + Alignment - 1) / Alignment * Alignment;

    private static void Pad(BinaryWriter writer)
    {
        writer.Flush();
        var position = writer.BaseStream.Position;
        writer.Write(new byte[Aligned(position) - position]);
    }
}

using System.Runtime.InteropServices;
using System.Text;

namespace PainlessSteering.Engine.Files.Gguf;

/// <summary>Writes a GGUF file, version 3, little-endian; the same content gives the same bytes.</summary>
internal static class GgufWriter
{
    /// <summary>What every tensor's first byte, counted from that of the first, is a multiple of.</summary>
    public const int Alignment = 32;

    private const uint Version = 3;

    /// <param name="path">The target; see <see cref="AtomicFile"/>.</param>
    /// <param name="metadata">Keys and values in this order; see <see cref="GgufValues.Write"/>.</param>
    /// <param name="tensors">Vectors of float32 by name, in this order.</param>
    public static void Write(string path, IReadOnlyList<(string Key, object Value)> metadata, IReadOnlyList<(string Name, float[] Values)> tensors) =>
        Write(path, metadata, [.. tensors.Select(tensor => GgufWrittenTensor.Floats(tensor.Name, tensor.Values))]);

    /// <param name="path">The target; see <see cref="AtomicFile"/>.</param>
    /// <param name="metadata">Keys and values in this order; see <see cref="GgufValues.Write"/>.</param>
    /// <param name="tensors">In this order.</param>
    public static void Write(string path, IReadOnlyList<(string Key, object Value)> metadata, IReadOnlyList<GgufWrittenTensor> tensors) =>
        AtomicFile.Write(path, stream =>
        {
            using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
            writer.Write("GGUF"u8);
            writer.Write(Version);
            writer.Write((ulong)tensors.Count);
            writer.Write((ulong)metadata.Count);
            foreach (var (key, value) in metadata)
            {
                GgufValues.Write(writer, key);
                GgufValues.WriteTyped(writer, value);
            }

            var offset = 0L;
            foreach (var tensor in tensors)
            {
                GgufValues.Write(writer, tensor.Name);
                writer.Write((uint)tensor.Shape.Length);
                foreach (var size in tensor.Shape.Reverse()) // The file begins with the length of a row.
                {
                    writer.Write((ulong)size);
                }

                writer.Write(tensor.Type.Number);
                writer.Write((ulong)offset);
                offset = Aligned(offset + tensor.Length);
            }

            foreach (var tensor in tensors)
            {
                Pad(writer);
                tensor.Write(stream);
            }

            Pad(writer);
        });

    private static long Aligned(long position) => (position + Alignment - 1) / Alignment * Alignment;

    private static void Pad(BinaryWriter writer)
    {
        writer.Flush();
        var position = writer.BaseStream.Position;
        writer.Write(new byte[Aligned(position) - position]);
        writer.Flush();
    }
}

/// <summary>A tensor that is to be written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Sizes as libtorch has them, the length of a row last.</param>
/// <param name="Type">How its numbers are to lie.</param>
/// <param name="Write">Writes its bytes, <see cref="Length"/> of them.</param>
internal sealed record GgufWrittenTensor(string Name, long[] Shape, GgufTensorType Type, Action<Stream> Write)
{
    /// <summary>Its bytes.</summary>
    public long Length => Type.Bytes(Shape.Aggregate(1L, (product, size) => product * size));

    /// <summary>A vector of float32.</summary>
    public static GgufWrittenTensor Floats(string name, float[] values) => new(name, [values.Length], GgufTensorType.Of("F32"), stream => stream.Write(MemoryMarshal.AsBytes<float>(values)));
}

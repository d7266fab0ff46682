using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Files;

/// <summary>Writes safetensors files with the layout of the format's own library; the same content gives the same bytes.</summary>
internal static class SafeTensorsWriter
{
    /// <summary>Writes the file atomically.</summary>
    /// <param name="path">The target; see <see cref="AtomicFile"/>.</param>
    /// <param name="tensors">The tensors by name, of any device and any type that the format and torch share.</param>
    /// <param name="metadata">Texts for <c>__metadata__</c>.</param>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        // Widest type first keeps every tensor aligned to its type; then by name.
        var ordered = tensors.OrderByDescending(tensor => TypeOf(tensor.Value).Bits).ThenBy(tensor => tensor.Key, StringComparer.Ordinal).ToArray();
        var header = Header(ordered.Select(tensor => (tensor.Key, TypeOf(tensor.Value), tensor.Value.shape, tensor.Value.numel() * tensor.Value.element_size())), metadata);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            foreach (var (_, tensor) in ordered)
            {
                using var scope = NewDisposeScope();
                TensorBytes.Visit(tensor.detach().cpu().contiguous(), (_, bytes) => stream.Write(bytes));
            }
        });
    }

    /// <summary>What stands before the tensors' bytes.</summary>
    /// <param name="tensors">The tensors in the order of their bytes, with the number of these.</param>
    /// <param name="metadata">Texts for <c>__metadata__</c>.</param>
    public static byte[] Header(IEnumerable<(string Name, SafeTensorType Type, long[] Shape, long Length)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var buffer = new MemoryStream();
        buffer.Write(stackalloc byte[8]);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            var offset = 0L;
            foreach (var (name, type, shape, length) in tensors)
            {
                WriteTensor(json, name, type, shape, offset, offset + length);
                offset += length;
            }

            json.WriteEndObject();
        }

        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        var header = buffer.ToArray();
        if (header.Length - 8 > SafeTensorsHeader.MaxLength)
        {
            throw new ArgumentException("names and metadata are longer than the format allows", nameof(metadata));
        }

        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - 8);
        return header;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count == 0)
        {
            return;
        }

        json.WriteStartObject("__metadata__");
        foreach (var (key, value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteTensor(Utf8JsonWriter json, string name, SafeTensorType type, long[] shape, long begin, long end)
    {
        json.WriteStartObject(name);
        json.WriteString("dtype", type.Name);
        json.WriteStartArray("shape");
        foreach (var size in shape)
        {
            json.WriteNumberValue(size);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The format's type of a tensor.</summary>
    public static SafeTensorType TypeOf(Tensor tensor) =>
        SafeTensorType.Find(tensor.dtype) ?? throw new ArgumentException($"safetensors has no type for {tensor.dtype}", nameof(tensor));
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using PainlessSteering.Engine.Editing;

namespace PainlessSteering.Evaluation.Caching;

/// <summary>What one pass of a prompt gave: logits of its letters, and the last token's activations.</summary>
/// <param name="Letters">Tokens of the letters that it is answered with; none where it is not answered.</param>
/// <param name="Logits">One a letter.</param>
/// <param name="At">Activations [hidden size] by place.</param>
internal sealed record CachedPrompt(int[] Letters, float[] Logits, IReadOnlyDictionary<CapturePoint, float[]> At)
{
    private const int MostPlaces = 1 << 16;

    /// <summary>Size in memory and on disk, nearly.</summary>
    public long Bytes => sizeof(float) * ((2 * Logits.Length) + At.Values.Sum(values => (long)values.Length));

    /// <summary>Counts of logits, places and elements, the letters, their logits, and each place with its elements; all little-endian.</summary>
    public byte[] ToBytes()
    {
        var size = At.Count == 0 ? 0 : At.Values.First().Length;
        var bytes = new byte[12 + (8 * Logits.Length) + (At.Count * (8 + (4 * size)))];
        var writer = new MemoryStream(bytes);
        Number(Logits.Length);
        Number(At.Count);
        Number(size);
        writer.Write(MemoryMarshal.AsBytes<int>(Letters));
        writer.Write(MemoryMarshal.AsBytes<float>(Logits));
        foreach (var (place, values) in At)
        {
            Number(place.Layer);
            Number((int)place.Point);
            writer.Write(MemoryMarshal.AsBytes<float>(values));
        }

        return bytes;

        void Number(int value)
        {
            Span<byte> four = stackalloc byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(four, value);
            writer.Write(four);
        }
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote; null where it is something else.</summary>
    public static CachedPrompt? Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 12)
        {
            return null;
        }

        var (logits, places, size) = (Number(bytes, 0), Number(bytes, 4), Number(bytes, 8));
        if (logits is < 0 or > MostPlaces || places is < 0 or > MostPlaces || size < 0 || bytes.Length != 12 + (8L * logits) + (places * (8 + (4L * size))))
        {
            return null;
        }

        var at = new Dictionary<CapturePoint, float[]>(places);
        for (var i = 0; i < places; i++)
        {
            var offset = 12 + (8 * logits) + (i * (8 + (4 * size)));
            at[new CapturePoint(Number(bytes, offset), (HookPoint)Number(bytes, offset + 4))] = MemoryMarshal.Cast<byte, float>(bytes.Slice(offset + 8, 4 * size)).ToArray();
        }

        return new CachedPrompt(
            MemoryMarshal.Cast<byte, int>(bytes.Slice(12, 4 * logits)).ToArray(), MemoryMarshal.Cast<byte, float>(bytes.Slice(12 + (4 * logits), 4 * logits)).ToArray(), at);
    }

    private static int Number(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadInt32LittleEndian(bytes[offset..]);
}

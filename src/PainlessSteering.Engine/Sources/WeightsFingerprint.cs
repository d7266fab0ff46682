using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Sources;

/// <summary>
/// SHA-256 over all tensors in ordinal order of their names; for each, its name, type and shape, and its bytes: all of them
/// up to 256 KB, else 64 blocks of 4 KB spread evenly from the first byte to the last. Fine-tuning moves every weight a
/// little, so the samples tell models apart, and 16 GB of weights cost about 80 MB of reading.
/// </summary>
internal static class WeightsFingerprint
{
    private const int Blocks = 64;
    private const int BlockSize = 4096;

    public static string Of(IReadOnlyDictionary<string, SafeTensors> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[Blocks * BlockSize];
        foreach (var (name, file) in tensors.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var info = file.Tensors[name];
            AddText(hash, name);
            AddText(hash, info.Type.Name);
            AddNumber(hash, info.Shape.Length);
            foreach (var size in info.Shape)
            {
                AddNumber(hash, size);
            }

            hash.AppendData(Sample(file, info, buffer));
        }

        return $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    private static ReadOnlySpan<byte> Sample(SafeTensors file, SafeTensorInfo info, Span<byte> buffer)
    {
        if (info.Length <= buffer.Length)
        {
            var whole = buffer[..(int)info.Length];
            file.ReadBytes(info, 0, whole);
            return whole;
        }

        for (var block = 0; block < Blocks; block++)
        {
            var offset = (info.Length - BlockSize) * block / (Blocks - 1);
            file.ReadBytes(info, offset, buffer.Slice(block * BlockSize, BlockSize));
        }

        return buffer;
    }

    // Lengths come first so that no two lists of names and shapes run together to the same bytes.
    private static void AddText(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        AddNumber(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    private static void AddNumber(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }
}

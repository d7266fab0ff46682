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

    public static string Of(IReadOnlyDictionary<string, SafeTensors> tensors) => Of(Stored(tensors));

    /// <summary>The same for tensors that are codes: what these mean is part of it.</summary>
    public static string Of(IReadOnlyDictionary<string, SafeTensors> tensors, string meaning) => Of(Stored(tensors).Append(new FingerprintedTensor("", meaning, [], 0, (_, _) => { })));

    private static IEnumerable<FingerprintedTensor> Stored(IReadOnlyDictionary<string, SafeTensors> tensors) => tensors.Select(entry =>
    {
        var (file, info) = (entry.Value, entry.Value.Tensors[entry.Key]);
        return new FingerprintedTensor(info.Name, info.Type.Name, info.Shape, info.Length, (offset, bytes) => file.ReadBytes(info, offset, bytes));
    });

    public static string Of(IEnumerable<FingerprintedTensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[Blocks * BlockSize];
        foreach (var tensor in tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            AddText(hash, tensor.Name);
            AddText(hash, tensor.Type);
            AddNumber(hash, tensor.Shape.Length);
            foreach (var size in tensor.Shape)
            {
                AddNumber(hash, size);
            }

            hash.AppendData(Sample(tensor, buffer));
        }

        return $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    private static ReadOnlySpan<byte> Sample(FingerprintedTensor tensor, Span<byte> buffer)
    {
        if (tensor.Length <= buffer.Length)
        {
            var whole = buffer[..(int)tensor.Length];
            tensor.ReadBytes(0, whole);
            return whole;
        }

        for (var block = 0; block < Blocks; block++)
        {
            var offset = (tensor.Length - BlockSize) * block / (Blocks - 1);
            tensor.ReadBytes(offset, buffer.Slice(block * BlockSize, BlockSize));
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

/// <summary>A tensor as its file stores it, for a fingerprint.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Name of its type.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="ReadBytes">Fills a buffer with the bytes from a place on.</param>
internal sealed record FingerprintedTensor(string Name, string Type, long[] Shape, long Length, TensorBytes.Visitor ReadBytes);

using System.Text;
using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Tests.Vectors.Hostile;

/// <summary>GGUF files whose counts, sizes, places, types, texts and alignments are not what the file has, as vectors and as models.</summary>
public sealed class HostileGgufTests : IDisposable
{
    private static readonly string[] Texts = ["general.architecture", "controlvector", "llama", "direction.1", "direction.99999999999", "general.alignment", "controlvector.operation", "tokenizer.ggml.tokens", "", "\u001b[2J", "llama.block_count"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<int> Seeds => HostileCase.Seeds(100);

    /// <summary>A header of right parts in which any number may be any other.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void ARandomFileIsReadOrRefused(int seed)
    {
        var random = new Random(seed);
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        ulong Or(ulong right) => random.Next(6) == 0 ? (ulong)HostileCase.Numbers[random.Next(HostileCase.Numbers.Length)] : right;
        void Text(string text)
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            writer.Write(Or((ulong)utf8.Length));
            writer.Write(utf8);
        }

        string Any() => Texts[random.Next(Texts.Length)];
        int keys = random.Next(6), tensors = random.Next(4);
        writer.Write("GGUF"u8);
        writer.Write((uint)random.Next(1, 5));
        writer.Write(Or((ulong)tensors));
        writer.Write(Or((ulong)keys));
        for (var i = 0; i < keys; i++)
        {
            Text(i == 0 ? "general.architecture" : Any());
            Value(writer, random, Or, Text, Any);
        }

        for (var i = 0; i < tensors; i++)
        {
            Text(Any());
            writer.Write((uint)Or(1));
            writer.Write(Or(4));
            writer.Write((uint)random.Next(random.Next(2) == 0 ? 1 : 40));
            writer.Write(Or((ulong)i * 32));
        }

        writer.Write(new byte[random.Next(256)]);
        Read(bytes.ToArray(), $"random GGUF {seed}");
    }

    [Theory]
    [InlineData(200_001, 0, 1 << 26, "more than the 200000 that are read")]
    [InlineData(0, 10_001, 1 << 26, "more than the 10000 that are read")]
    [InlineData(ulong.MaxValue, 0, 1 << 30, "more than a header of 64 MiB can hold")]
    [InlineData(5, 0, 64, "more than it can hold")]
    public void MoreThanIsThereIsNotRead(ulong tensors, ulong keys, long length, string told)
    {
        var path = _folder.Write("m.gguf", [.. "GGUF"u8, 3, 0, 0, 0, .. BitConverter.GetBytes(tensors), .. BitConverter.GetBytes(keys), .. new byte[40]]);
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(length);
        }

        Assert.Contains(told, HostileCase.Checked($"{tensors} {keys}", () => GgufFile.Open(path).Dispose()), StringComparison.Ordinal);
    }

    /// <summary>A file without content on the disk can hold whatever is named; a header cannot.</summary>
    [Theory]
    [InlineData(8, 0, 1L << 39, "more than a header of 64 MiB can hold")] // A text.
    [InlineData(9, 0, 1L << 39, "more than a header of 64 MiB can hold")] // Lists of bytes and texts.
    [InlineData(9, 8, 1L << 30, "more than a header of 64 MiB can hold")]
    [InlineData(9, 8, 9_000_000, "more than a header of 64 MiB can hold")]
    [InlineData(9, 8, 8_000_000, null)]
    [InlineData(9, 0, 60_000_000, null)]
    public void ASparseFileIsReadNoFurtherThanItsHeader(uint type, uint inner, long count, string? told)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write(1ul);
        writer.Write(1ul);
        writer.Write(1ul);
        writer.Write("k"u8);
        writer.Write(type);
        if (type == 9)
        {
            writer.Write(inner);
        }

        writer.Write(count);
        var path = _folder.Write("m.gguf", bytes.ToArray());
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(1L << 40);
        }

        var refusal = HostileCase.Checked("a sparse file", () => GgufFile.Open(path).Dispose());
        Assert.True(told is null ? refusal is null : refusal?.Contains(told, StringComparison.Ordinal), refusal ?? "it was read");
    }

    private string? Read(byte[] bytes, string shown)
    {
        var path = _folder.Write("m.gguf", bytes);
        HostileCase.Checked(shown, () =>
        {
            using var source = ModelSource.Open(path);
            _ = (source.Config, source.Weights.Fingerprint, source.ChatTemplate, source.Tokenizer);
        });
        return HostileCase.Import(path, shown);
    }

    private static void Value(BinaryWriter writer, Random random, Func<ulong, ulong> or, Action<string> text, Func<string> any)
    {
        var type = random.Next(random.Next(8) == 0 ? 20 : 13);
        writer.Write((uint)type);
        switch (type)
        {
            case 8:
                text(any());
                break;
            case 9:
                var inner = random.Next(13);
                writer.Write((uint)inner);
                writer.Write(or(3));
                for (var i = 0; i < 3; i++)
                {
                    if (inner == 8)
                    {
                        text(any());
                    }
                    else
                    {
                        writer.Write(new byte[inner switch { 0 or 1 or 7 => 1, 2 or 3 => 2, 10 or 11 or 12 => 8, _ => 4 }]);
                    }
                }

                break;
            default:
                writer.Write(BitConverter.GetBytes(or(32))[..(type switch { 0 or 1 or 7 => 1, 2 or 3 => 2, 10 or 11 or 12 => 8, _ => 4 })]);
                break;
        }
    }
}

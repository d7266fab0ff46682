using System.Buffers.Binary;
using System.Text;
using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Tests.Engine.Sources;

/// <summary>Headers of GGUF files that are strange, cut, or made to do harm; written here byte by byte.</summary>
public sealed class GgufFileTests : IDisposable
{
    private const uint Text = 8, Array = 9, UInt32 = 4, Float32 = 0;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ValuesOfEveryTypeAreRead()
    {
        using var file = GgufFile.Open(Write(
            [
                ("a", writer => Value(writer, 0, (byte)7)), ("b", writer => Value(writer, 3, (short)-7)), ("c", writer => Value(writer, 10, 1UL << 40)), ("d", writer => Value(writer, 12, 0.5)),
                ("e", writer => Value(writer, 6, 1e-5f)), ("f", writer => Value(writer, 7, true)), ("g", writer => Name(writer, Text, "é")),
                ("h", writer => List(writer, 5, 3, 3, 3)), ("i", writer => List(writer, 5, 1, 2)),
            ]));
        var keys = file.Metadata;
        Assert.Equal((7, -7L, 1L << 40, 0.5, 1e-5, true, "é", 3), (keys.Int("a", 0), keys.Integer("b"), keys.Integer("c"), keys.Number("d"), keys.Number("e"), keys.Flag("f"), keys.Text("g"), keys.Int("h", 0)));
        Assert.Equal([1, 2], keys.Ints("i"));
        Assert.Null(keys.Int("z", 0));
        Assert.Contains("key 'i': the key is not valid; expected a whole number; found a list of 2", Assert.Throws<PasException>(() => keys.Int("i", 0)).Message, StringComparison.Ordinal);
        Assert.Contains("expected a whole number from 1", Assert.Throws<PasException>(() => keys.Int("b", 1)).Message, StringComparison.Ordinal);
        Assert.Empty(keys.Unasked);
    }

    [Theory]
    [InlineData("GGUX", 3u, "not a GGUF file")]
    [InlineData("tjgg", 3u, "from before GGUF")]
    [InlineData("GGUF", 1u, "expected 2 or 3; found 1")]
    [InlineData("GGUF", 0x03000000u, "big-endian")]
    public void OtherFormatsAndVersionsAreNamed(string magic, uint version, string told)
    {
        var bytes = File.ReadAllBytes(Write([]));
        Encoding.ASCII.GetBytes(magic).CopyTo(bytes, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), version);
        Assert.Contains(told, Refused(_folder.Write("m.gguf", bytes)), StringComparison.Ordinal);
    }

    [Fact]
    public void CountsAreBelievedOnlyAsFarAsTheFileIsLong()
    {
        var most = ulong.MaxValue;
        Assert.Contains("more than it can hold", Refused(Write([("a", writer => { writer.Write(Text); writer.Write(most); })])), StringComparison.Ordinal);
        Assert.Contains("more than it can hold", Refused(Write([("a", writer => { writer.Write(Array); writer.Write(UInt32); writer.Write(1UL << 40); })])), StringComparison.Ordinal);
        Assert.Contains("array of arrays", Refused(Write([("a", writer => { writer.Write(Array); writer.Write(Array); writer.Write(1UL); })])), StringComparison.Ordinal);
        Assert.Contains("has the type 99", Refused(Write([("a", writer => writer.Write(99u))])), StringComparison.Ordinal);
        foreach (var at in new[] { 8, 16 })
        {
            var bytes = File.ReadAllBytes(Write([]));
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), most);
            Assert.Contains("more than it can hold", Refused(_folder.Write("m.gguf", bytes)), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(new long[] { 8, 0 }, 0u, 0UL, "a size of 0")]
    [InlineData(new long[] { 1L << 40, 1L << 40 }, 0u, 0UL, "does not fit its type or the file")]
    [InlineData(new long[] { long.MinValue }, 0u, 0UL, "larger than any file")]
    [InlineData(new long[] { 1, 1, 1, 1, 1 }, 0u, 0UL, "5 dimensions")]
    [InlineData(new long[] { 33 }, 8u, 0UL, "does not fit its type or the file")]
    [InlineData(new long[] { 4 }, 0u, 8UL, "not aligned")]
    [InlineData(new long[] { 4 }, 0u, 1UL << 62, "not in the file")]
    [InlineData(new long[] { 127 }, 0u, 0UL, "past the end of the file")]
    public void TensorsLieInTheFile(long[] sizes, uint type, ulong offset, string told) =>
        Assert.Contains(told, Refused(Write([], ("t", sizes, type, offset))), StringComparison.Ordinal);

    [Fact]
    public void NothingIsSaidTwice()
    {
        void One(BinaryWriter writer) => Value(writer, UInt32, 1u);
        Assert.Contains("the key 'a' appears twice", Refused(Write([("a", One), ("a", One)])), StringComparison.Ordinal);
        Assert.Contains("a metadata key is empty", Refused(Write([("", One)])), StringComparison.Ordinal);
        Assert.Contains("the tensor 't' appears twice", Refused(Write([], ("t", [4], Float32, 0), ("t", [4], Float32, 32))), StringComparison.Ordinal);
        Assert.Contains("'t' and 'u' overlap", Refused(Write([], ("t", [12], Float32, 0), ("u", [4], Float32, 32))), StringComparison.Ordinal);
        Assert.Contains("general.alignment", Refused(Write([("general.alignment", writer => Value(writer, UInt32, 24u))])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama.some.new.key", "is not understood", null)]
    [InlineData("general.type", "expected model", null)]
    [InlineData("general.quantization_version", "expected 2; found 7", null)]
    [InlineData("llama.attention.value_length", "the size of a head's key", null)]
    [InlineData("llama.rope.dimension_count", "all of which is rotated", null)]
    [InlineData("someone.else", null, "not a key of the architecture or the tokenizer")]
    [InlineData("general.author", null, "describes the model")]
    [InlineData("quantize.imatrix.chunks_count", null, "says how the weights were quantised")]
    public void AKeyOfAModelIsUsedOrToldOrRefused(string key, string? refused, string? reason)
    {
        var path = _folder.Write("m.gguf", With(Shared.PathOf("gguf", "families", "llama.gguf"), key));
        if (refused is not null)
        {
            var error = Assert.Throws<PasException>(() =>
            {
                using var model = ModelSource.Open(path);
                _ = model.Config;
            }).Message;
            Assert.Contains($"key '{key}'", error, StringComparison.Ordinal);
            Assert.Contains(refused, error, StringComparison.Ordinal);
            return;
        }

        using var source = ModelSource.Open(path);
        Assert.Contains(source.Unused, part => part.Name.EndsWith($"key '{key}'", StringComparison.Ordinal) && part.Reason == reason);
    }

    [Fact]
    public void AFolderWithOneFileIsThatFile()
    {
        File.CreateSymbolicLink(_folder.File("a.gguf"), Shared.PathOf("gguf", "families", "llama.gguf"));
        using (var source = ModelSource.Open(_folder.Path))
        {
            Assert.Equal(_folder.File("a.gguf"), source.Path);
            Assert.Equal(3, source.Config.Layers);
        }

        File.CreateSymbolicLink(_folder.File("b.gguf"), Shared.PathOf("gguf", "families", "mistral.gguf"));
        Assert.Contains("several GGUF files; expected one; found a.gguf, b.gguf", Assert.Throws<PasException>(() => ModelSource.Open(_folder.Path)).Message, StringComparison.Ordinal);
    }

    /// <summary>A file of little more than the header, with some room for data.</summary>
    private string Write((string Key, Action<BinaryWriter> Value)[] keys, params (string Name, long[] Sizes, uint Type, ulong Offset)[] tensors)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)tensors.Length);
        writer.Write((ulong)keys.Length);
        foreach (var (key, value) in keys)
        {
            Name(writer, null, key);
            value(writer);
        }

        foreach (var (name, sizes, type, offset) in tensors)
        {
            Name(writer, null, name);
            writer.Write((uint)sizes.Length);
            System.Array.ForEach(sizes, writer.Write);
            writer.Write(type);
            writer.Write(offset);
        }

        writer.Write(new byte[512]);
        return _folder.Write("m.gguf", stream.ToArray());
    }

    /// <summary>A file with one more key, 7, or one that it has changed to that. What is added is as long as the data's alignment, so that all else stays in place.</summary>
    private static byte[] With(string path, string key)
    {
        var bytes = File.ReadAllBytes(path);
        var name = Encoding.UTF8.GetBytes(key);
        byte[] entry = [.. BitConverter.GetBytes((ulong)name.Length), .. name];
        if (bytes.AsSpan().IndexOf(entry) is >= 0 and var at)
        {
            var value = bytes.AsSpan(at + entry.Length);
            if (BinaryPrimitives.ReadUInt32LittleEndian(value) == Text)
            {
                value[12] = (byte)'x'; // The first letter.
            }
            else
            {
                value[4] = 7;
            }

            return bytes;
        }

        byte[] added = [.. entry, .. BitConverter.GetBytes(UInt32), .. BitConverter.GetBytes(7u)];
        var filler = (32 - ((added.Length + 21) % 32)) % 32; // Another key: a text, of one letter's name.
        byte[] padding = [.. BitConverter.GetBytes(1UL), (byte)'~', .. BitConverter.GetBytes(Text), .. BitConverter.GetBytes((ulong)filler), .. new byte[filler]];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(16)) + 2);
        return [.. bytes[..24], .. added, .. padding, .. bytes[24..]];
    }

    private static void Name(BinaryWriter writer, uint? type, string text)
    {
        if (type is { } number)
        {
            writer.Write(number);
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static void Value(BinaryWriter writer, uint type, object value)
    {
        writer.Write(type);
        switch (value)
        {
            case byte number: writer.Write(number); break;
            case short number: writer.Write(number); break;
            case uint number: writer.Write(number); break;
            case ulong number: writer.Write(number); break;
            case float number: writer.Write(number); break;
            case double number: writer.Write(number); break;
            case bool flag: writer.Write(flag); break;
        }
    }

    private static void List(BinaryWriter writer, uint type, params int[] values)
    {
        writer.Write(Array);
        writer.Write(type);
        writer.Write((ulong)values.Length);
        System.Array.ForEach(values, writer.Write);
    }

    private static string Refused(string path) => Assert.Throws<PasException>(() => GgufFile.Open(path)).Message;
}

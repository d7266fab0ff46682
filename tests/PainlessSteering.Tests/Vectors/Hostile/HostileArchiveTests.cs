using System.IO.Compression;

namespace PainlessSteering.Tests.Vectors.Hostile;

/// <summary>Zip archives that say other things of their entries than they have, of <c>torch.save</c> and of NumPy.</summary>
public sealed class HostileArchiveTests : IDisposable
{
    private static readonly byte[] Pickle = new PickleBytes().Tensor("0", 4, 0, [4], [1]).Raw('.').ToArray();

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<int> Seeds => HostileCase.Seeds(60);

    [Fact]
    public void AnArchiveAsItShouldBeIsRead() => Assert.Null(Import(ZipBytes.Write(Good())));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void ARandomArchiveIsReadOrRefused(int seed)
    {
        var random = new Random(seed);
        uint? Any() => random.Next(4) == 0 ? (uint)HostileCase.Numbers[random.Next(HostileCase.Numbers.Length)] : null;
        ZipPart[] parts = [.. Good().Concat(random.Next(2) == 0 ? [] : Good()).Select(part => part with
        {
            Name = random.Next(9) == 0 ? new[] { "../../etc/passwd", "v/data/0", "v/code/x.py", "a.npy", "\u001b[2J", "", "v/" }[random.Next(7)] : part.Name,
            Method = (ushort)(random.Next(6) == 0 ? random.Next(13) : 0),
            Flags = (ushort)(random.Next(6) == 0 ? random.Next(1 << 12) : 0),
            Size = Any(),
            Compressed = Any(),
            Place = Any(),
        })];
        var bytes = ZipBytes.Write(parts);
        for (var faults = random.Next(4); faults > 0; faults--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        HostileCase.Import(_folder.Write("v.pt", bytes), $"random archive {seed}");
    }

    [Theory]
    [InlineData("v.pt")]
    [InlineData("v.npz")]
    public void ABombIsNotUnpacked(string name)
    {
        var path = _folder.File(name);
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            foreach (var entry in name.EndsWith("npz", StringComparison.Ordinal) ? ["vector.npy"] : new[] { "v/data.pkl", "v/data/0" })
            {
                using var stream = zip.CreateEntry(entry, CompressionLevel.Fastest).Open();
                var zeros = new byte[1 << 20];
                for (var i = 0; i < 200; i++)
                {
                    stream.Write(zeros);
                }
            }
        }

        Assert.Contains(name.EndsWith("npz", StringComparison.Ordinal) ? "expected one data.pkl; found none, but 'vector.npy'" : "is compressed", HostileCase.Import(path, name), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsSaidOfAnEntryIsChecked()
    {
        Assert.Contains("is encrypted", Import(ZipBytes.Write(Good(flags: 1))), StringComparison.Ordinal);
        Assert.Contains("is compressed", Import(ZipBytes.Write(Good(size: 1 << 30))), StringComparison.Ordinal);
        Assert.Contains("more than the 16777216 that are read", Import(ZipBytes.Write(Good(size: 1 << 30, compressed: 1 << 30))), StringComparison.Ordinal);
        Assert.Contains("appears twice", Import(ZipBytes.Write([.. Good(), Good()[1]])), StringComparison.Ordinal);
        Assert.Contains("several", Import(ZipBytes.Write([.. Good(), Good()[0]])), StringComparison.Ordinal);
        Assert.Contains("what torch.save does not write", Import(ZipBytes.Write([.. Good(), new("v/code/__torch__.py", [])])), StringComparison.Ordinal);
        Assert.Contains("has 8 bytes, not 16", Import(ZipBytes.Write(Good()[0], new ZipPart("v/data/0", new byte[8]))), StringComparison.Ordinal);
        Assert.Contains("is missing", Import(ZipBytes.Write(Good()[0])), StringComparison.Ordinal);
        Assert.Contains("big-endian", Import(ZipBytes.Write([.. Good(), new("v/byteorder", "big"u8.ToArray())])), StringComparison.Ordinal);
    }

    /// <summary>A list of entries takes more memory than the bytes that it is in, and its length is told wrongly.</summary>
    [Theory]
    [InlineData(60_000)]
    [InlineData(1_000_000)]
    public void ALongListOfEntriesIsNotRead(int entries)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write("PK\x03\x04"u8);
        var start = (uint)bytes.Position;
        for (var i = 0; i < entries; i++)
        {
            writer.Write(0x02014b50u);
            writer.Write(new byte[42]);
        }

        ZipBytes.End(writer, 5, 230, start);
        Assert.Contains("more entries than steering vectors need", Import(bytes.ToArray()), StringComparison.Ordinal);
    }

    /// <summary>Entries that lie over each other are as many times the file's length.</summary>
    [Fact]
    public void EntriesOverEachOtherAreReadOnceInAll()
    {
        const int Storage = 1 << 22, Views = 200;
        var pickle = new PickleBytes().Raw(']');
        for (var i = 0; i < Views; i++)
        {
            pickle.Tensor(FormattableString.Invariant($"{i}"), Storage / 4, 0, [4], [1]).Raw('a');
        }

        var first = new ZipPart("v/data/0", new byte[Storage]);
        var place = (uint)(30 + "v/data.pkl".Length + pickle.Raw('.').ToArray().Length);
        ZipPart[] parts = [new("v/data.pkl", pickle.ToArray()), first, .. Enumerable.Range(1, Views - 1).Select(i => new ZipPart(FormattableString.Invariant($"v/data/{i}"), [], Size: Storage, Compressed: Storage, Place: place))];
        Assert.Contains("the storages are longer than the file", Import(ZipBytes.Write(parts)), StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsTooLongIsNotRead()
    {
        foreach (var (name, start) in new[] { ("v.pt", "PK\x03\x04"u8.ToArray()), ("v.safetensors", [8, 0, 0, 0, 0, 0, 0, 0]), ("v.gguf", "GGUF"u8.ToArray()) })
        {
            var path = _folder.Write(name, start);
            using (var file = File.OpenWrite(path))
            {
                file.SetLength(1L << 40); // Takes no room on the disk.
            }

            Assert.Contains("too long for steering vectors; expected at most 256 MiB", HostileCase.Import(path, name), StringComparison.Ordinal);
        }
    }

    private static ZipPart[] Good(ushort flags = 0, uint? size = null, uint? compressed = null) =>
        [new("v/data.pkl", Pickle, Flags: flags, Size: size, Compressed: compressed), new("v/data/0", new byte[16])];

    private string? Import(byte[] file) => HostileCase.Import(_folder.Write("v.pt", file), "an archive");
}

using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Numerics;

namespace PainlessSteering.Vectors.Formats.Torch;

/// <summary>
/// A file of <c>torch.save</c>: a zip archive with <c>data.pkl</c> and one entry a storage, or, before torch 1.6, a row of pickles and
/// then the storages. Nothing in it is executed, and no size in it is believed beyond the file's own.
/// </summary>
internal sealed class TorchFile
{
    private const int LongestFile = 1 << 28;
    private const int LongestPickle = 1 << 24;

    private static readonly BigInteger LegacyMagic = BigInteger.Parse("119547037146038801333356", CultureInfo.InvariantCulture);

    private readonly string path;
    private readonly Dictionary<string, byte[]> storages = new(StringComparer.Ordinal);

    public TorchFile(string path)
    {
        this.path = path;
        var bytes = FileBytes.Read(path, LongestFile);
        Root = bytes.AsSpan().StartsWith("PK\x03\x04"u8) ? ReadZip(bytes) : ReadLegacy(bytes);
    }

    /// <summary>Whether a file begins like one of <c>torch.save</c>.</summary>
    public static bool IsOne(ReadOnlySpan<byte> start) => start.StartsWith("PK\x03\x04"u8) || start is [0x80, <= 5, ..];

    /// <summary>What was saved: a tensor, or dicts, lists and tuples with tensors, numbers and texts inside.</summary>
    public object? Root { get; }

    /// <summary>The numbers of a tensor, in order.</summary>
    public float[] Read(TorchTensor tensor)
    {
        var count = tensor.Shape.Aggregate((Int128)1, (product, size) => product * size);
        if (count > SteeringImport.LongestVector)
        {
            throw new PasException("the tensor is no steering vector", path, $"at most {SteeringImport.LongestVector} numbers", $"{count}") { Code = ErrorCodes.FileDamaged };
        }

        var read = Reader(tensor.Storage.Type);
        var bytes = storages.GetValueOrDefault(tensor.Storage.Key) ?? throw Damaged($"the storage '{tensor.Storage.Key}' is missing");
        if (bytes.Length != (Int128)tensor.Storage.Elements * read.Width)
        {
            throw Damaged($"the storage '{tensor.Storage.Key}' has {bytes.Length} bytes, not {tensor.Storage.Elements} times {read.Width}");
        }

        var values = new float[(int)count];
        var index = new long[tensor.Shape.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var place = tensor.Offset;
            for (var (axis, rest) = (index.Length - 1, (long)i); axis >= 0; axis--)
            {
                place += rest % tensor.Shape[axis] * tensor.Strides[axis];
                rest /= tensor.Shape[axis];
            }

            values[i] = read.Number(bytes, (int)place * read.Width);
        }

        return values;
    }

    private object? ReadZip(byte[] bytes)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(bytes, writable: false), ZipArchiveMode.Read);
            var pickle = zip.Entries.FirstOrDefault(entry => entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal)) ?? throw Damaged("the archive holds no data.pkl");
            var folder = pickle.FullName[..^"data.pkl".Length];
            if (zip.GetEntry(folder + "byteorder") is { } order && !Content(order, 16).AsSpan().StartsWith("little"u8))
            {
                throw new PasException("the numbers are big-endian", path, "a file that was saved on a little-endian machine") { Code = ErrorCodes.NotSupported };
            }

            var root = new PickleMachine(Content(pickle, LongestPickle), 0, path).Read();
            foreach (var entry in zip.Entries.Where(entry => entry.FullName.StartsWith(folder + "data/", StringComparison.Ordinal)))
            {
                storages[entry.FullName[(folder.Length + "data/".Length)..]] = Content(entry, bytes.Length); // Storages are not compressed.
            }

            return root;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException or ArgumentException)
        {
            throw new PasException("the archive is damaged", path, found: e.Message, inner: e) { Code = ErrorCodes.FileDamaged };
        }
    }

    private byte[] Content(ZipArchiveEntry entry, int longest)
    {
        var length = entry.Length;
        if (length > longest)
        {
            throw Damaged($"the entry '{entry.Name}' is too long");
        }

        var content = new byte[length];
        using var stream = entry.Open();
        stream.ReadExactly(content);
        return content;
    }

    private object? ReadLegacy(byte[] bytes)
    {
        var position = 0;
        object? Next()
        {
            var machine = new PickleMachine(bytes, position, path);
            var read = machine.Read();
            position = machine.Position;
            return read;
        }

        if (Next() is not BigInteger magic || magic != LegacyMagic || Next() is not 1001L)
        {
            throw new PasException("not a file of torch.save", path, "a zip archive or the magic number of old files") { Code = ErrorCodes.FileDamaged };
        }

        Next(); // Facts about the machine that saved it.
        var root = Next();
        var types = Everything(root, 0).OfType<TorchTensor>().Select(tensor => tensor.Storage).DistinctBy(storage => storage.Key).ToDictionary(storage => storage.Key, StringComparer.Ordinal);
        foreach (var key in Next() as PickleList ?? throw Damaged("the list of storages is missing"))
        {
            var storage = key is string name && types.TryGetValue(name, out var known) ? known : throw Damaged("a storage belongs to no tensor");
            var length = position + 8 <= bytes.Length ? BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(position)) : -1;
            var size = (Int128)length * Reader(storage.Type).Width;
            if (length < 0 || size > bytes.Length - position - 8)
            {
                throw Damaged($"the storage '{storage.Key}' reaches past the end of the file");
            }

            storages[storage.Key] = bytes[(position + 8)..(position + 8 + (int)size)];
            position += 8 + (int)size;
        }

        return root;
    }

    /// <summary>A value and all inside it, to a limited depth: a pickle can put a list into itself.</summary>
    private static IEnumerable<object?> Everything(object? value, int depth) => depth > TorchVectors.Deepest ? [] : value switch
    {
        PickleList list => list.SelectMany(item => Everything(item, depth + 1)),
        PickleTuple tuple => tuple.Items.SelectMany(item => Everything(item, depth + 1)),
        PickleDictionary dictionary => dictionary.SelectMany(entry => Everything(entry.Value, depth + 1)),
        _ => [value],
    };

    private (int Width, Func<byte[], int, float> Number) Reader(string type) => type switch
    {
        "FloatStorage" => (4, static (bytes, at) => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(at))),
        "DoubleStorage" => (8, static (bytes, at) => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(at))),
        "HalfStorage" => (2, static (bytes, at) => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes.AsSpan(at))),
        "BFloat16Storage" => (2, static (bytes, at) => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at)) << 16)),
        _ => throw new PasException("the tensor is no steering vector", path, "floating-point numbers", type) { Code = ErrorCodes.FileDamaged },
    };

    private PasException Damaged(string what) => new(what, path, remedy: "the file is truncated or damaged; get it again") { Code = ErrorCodes.FileDamaged };
}

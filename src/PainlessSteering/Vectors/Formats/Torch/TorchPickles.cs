using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Vectors.Formats.Torch;

/// <summary>The form of before torch 1.6: a row of pickles, and then the storages, each with its number of elements before it.</summary>
internal sealed class TorchPickles : ITorchStorages
{
    private const int LongestPickles = 1 << 24;

    private static readonly BigInteger Magic = BigInteger.Parse("119547037146038801333356", CultureInfo.InvariantCulture);

    private readonly OpenedFile _file;
    private readonly Dictionary<string, TorchStorage> _storages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _places = new(StringComparer.Ordinal);

    public TorchPickles(OpenedFile file)
    {
        _file = file;
        var bytes = new byte[Math.Min(file.Length, LongestPickles)];
        file.Fill(0, bytes);
        var position = 0;
        object? Next()
        {
            var machine = new PickleMachine(bytes, position, file.Path, _storages);
            var read = machine.Read();
            position = machine.Position;
            return read;
        }

        if (Next() is not BigInteger magic || magic != Magic || Next() is not 1001L)
        {
            throw new PasException("not a file of torch.save", file.Path, "a zip archive or the magic number of old files") { Code = ErrorCodes.FileDamaged };
        }

        if (Next() is not PickleDictionary machine || machine.Exists(fact => fact.Key is "little_endian" && fact.Value is not true))
        {
            throw new PasException("the numbers are big-endian", file.Path, "a file that was saved on a little-endian machine") { Code = ErrorCodes.NotSupported };
        }

        Root = Next();
        FindStorages(Next() as PickleList ?? throw Damaged("the list of storages is missing"), position);
    }

    public object? Root { get; }

    public IEnumerable<string> Unused => []; // A storage that belongs to no tensor is refused: its size cannot be known.

    public byte[] Read(TorchStorage storage, int length)
    {
        var content = new byte[length];
        _file.Fill(_places.TryGetValue(storage.Key, out var place) ? place : throw Damaged("a storage is missing"), content);
        return content;
    }

    public void Dispose() => _file.Dispose();

    private void FindStorages(PickleList keys, long position)
    {
        Span<byte> size = stackalloc byte[sizeof(long)];
        foreach (var key in keys)
        {
            var storage = key is string name && _storages.TryGetValue(name, out var known) ? known : throw Damaged("a storage belongs to no tensor");
            if (position > _file.Length - sizeof(long))
            {
                throw Damaged("the storages reach past the end of the file");
            }

            _file.Fill(position, size);
            var elements = BinaryPrimitives.ReadInt64LittleEndian(size);
            if (elements != storage.Elements || !_places.TryAdd(storage.Key, position + sizeof(long)))
            {
                throw Damaged("a storage has another size than its tensors say, or appears twice");
            }

            var length = (Int128)elements * WidthOf(storage.Type);
            if (length > _file.Length - position - sizeof(long))
            {
                throw Damaged("the storages reach past the end of the file");
            }

            position += sizeof(long) + (long)length;
        }

        if (position != _file.Length)
        {
            throw Damaged("there are bytes after the last storage");
        }
    }

    /// <summary>Bytes of a number, also of types that no vector has.</summary>
    private int WidthOf(string type) => type switch
    {
        "DoubleStorage" or "LongStorage" or "ComplexFloatStorage" => 8,
        "FloatStorage" or "IntStorage" => 4,
        "HalfStorage" or "BFloat16Storage" or "ShortStorage" => 2,
        "ByteStorage" or "CharStorage" or "BoolStorage" => 1,
        _ => throw new PasException("a tensor is of a type that is not known", _file.Path, "floating-point numbers", SafeTensorsHeader.Quote(type)) { Code = ErrorCodes.NotSupported },
    };

    private PasException Damaged(string what) => new(what, _file.Path, remedy: "the file is truncated or damaged; get it again") { Code = ErrorCodes.FileDamaged };
}

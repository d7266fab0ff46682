using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace PainlessSteering.Vectors.Formats.Gguf;

/// <summary>Reads a small GGUF file (version 2 or 3), all of it checked: counts and sizes in the header are believed only as far as the file is long.</summary>
internal sealed class GgufReader
{
    private const int LongestFile = 1 << 28; // A control vector of the largest models has 3 MB.
    private const int DeepestArray = 4;
    private const int MostDimensions = 4;
    private const int DefaultAlignment = 32;

    private readonly string path;
    private readonly byte[] bytes;
    private readonly long dataStart;
    private int at;

    public GgufReader(string path)
    {
        this.path = path;
        bytes = FileBytes.Read(path, LongestFile);
        if (bytes.Length < 24 || !bytes.AsSpan(0, 4).SequenceEqual("GGUF"u8))
        {
            throw new PasException("not a GGUF file", path, "the magic 'GGUF' and a header");
        }

        at = 4;
        var version = UInt32();
        if (version is < 2 or > 3)
        {
            throw new PasException("the version of GGUF is not supported", path, "2 or 3", $"{version}", "convert the file with a recent llama.cpp");
        }

        var (tensors, entries) = (Count(24, "tensors"), Count(12, "metadata entries"));
        for (var i = 0; i < entries; i++)
        {
            var key = Text();
            if (!Metadata.TryAdd(key, Value((GgufType)UInt32(), 0)))
            {
                throw Damaged($"the key '{key}' appears twice");
            }
        }

        var list = new List<GgufTensor>();
        for (var i = 0; i < tensors; i++)
        {
            list.Add(Tensor());
        }

        Tensors = list;
        var alignment = Metadata.GetValueOrDefault("general.alignment") is { } given ? given as uint? ?? 0 : DefaultAlignment;
        if (alignment == 0 || alignment % 8 != 0 || alignment > 1 << 20)
        {
            throw Damaged("general.alignment is not valid");
        }

        dataStart = (at + alignment - 1) / alignment * alignment;
    }

    /// <summary>Numbers, truth values, texts, and lists of them.</summary>
    public Dictionary<string, object> Metadata { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<GgufTensor> Tensors { get; }

    /// <summary>The numbers of a float32 tensor.</summary>
    public float[] ReadFloats(GgufTensor tensor)
    {
        var length = tensor.Shape.Aggregate((Int128)sizeof(float), (product, size) => product * size);
        if (length > bytes.Length || dataStart + (Int128)tensor.Offset + length > bytes.Length)
        {
            throw Damaged($"the tensor '{tensor.Name}' reaches past the end of the file");
        }

        var values = new float[(int)length / sizeof(float)];
        bytes.AsSpan((int)(dataStart + tensor.Offset), (int)length).CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private GgufTensor Tensor()
    {
        var name = Text();
        var dimensions = UInt32();
        if (dimensions > MostDimensions)
        {
            throw Damaged($"the tensor '{name}' has {dimensions} dimensions");
        }

        var shape = new long[dimensions];
        for (var i = 0; i < shape.Length; i++)
        {
            shape[i] = Number();
        }

        return new GgufTensor(name, shape, UInt32(), Number());
    }

    private object Value(GgufType type, int depth) => type switch
    {
        GgufType.UInt8 => Take(1)[0],
        GgufType.Int8 => (sbyte)Take(1)[0],
        GgufType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(Take(2)),
        GgufType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(Take(2)),
        GgufType.UInt32 => UInt32(),
        GgufType.Int32 => (int)UInt32(),
        GgufType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(Take(4)),
        GgufType.Boolean => Take(1)[0] != 0,
        GgufType.Text => Text(),
        GgufType.Array when depth < DeepestArray => List(depth + 1),
        GgufType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(Take(8)),
        GgufType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(Take(8)),
        GgufType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(Take(8)),
        _ => throw Damaged($"a metadata value has the type {(uint)type}"),
    };

    private List<object> List(int depth)
    {
        var type = (GgufType)UInt32();
        var count = Count(1, "values of a list");
        var list = new List<object>();
        for (var i = 0; i < count; i++)
        {
            list.Add(Value(type, depth));
        }

        return list;
    }

    /// <summary>A number of things that each take so many bytes at least, so that more than the file holds are refused.</summary>
    private int Count(int leastBytes, string what)
    {
        var count = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
        return count <= (ulong)((bytes.Length - at) / leastBytes) ? (int)count : throw Damaged($"the file names {count} {what}");
    }

    private long Number() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8)) is <= int.MaxValue and var number ? (long)number : throw Damaged("a size is larger than the file");

    private uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    private string Text() => Encoding.UTF8.GetString(Take(Count(1, "characters of a text")));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > bytes.Length - at)
        {
            throw Damaged("the file ends too early");
        }

        at += count;
        return bytes.AsSpan(at - count, count);
    }

    private PasException Damaged(string what) => new(what, path, remedy: "the file is truncated or damaged; get it again");
}

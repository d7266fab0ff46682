using System.Buffers.Binary;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Vectors.Formats.Torch;

/// <summary>
/// A file of <c>torch.save</c>. Nothing in it is executed, and no size in it is believed beyond the file's own. Storages are read when a tensor's
/// numbers are asked for, each once, and never more of them than the file is long.
/// </summary>
internal sealed class TorchFile : IDisposable
{
    private readonly string _path;
    private readonly ITorchStorages _content;
    private readonly Dictionary<string, byte[]> _storages = new(StringComparer.Ordinal);
    private long _left;

    private TorchFile(OpenedFile file)
    {
        _path = file.Path;
        _left = file.Length;
        Span<byte> start = stackalloc byte[4];
        _content = file.Length >= start.Length && file.Read(0, start) == start.Length && start.SequenceEqual("PK\x03\x04"u8) ? new TorchArchive(file) : new TorchPickles(file);
    }

    /// <summary>Whether a file begins like one of <c>torch.save</c>, or like any pickle. The length that safetensors begin with has no more than 5 in the fourth byte.</summary>
    public static bool IsOne(ReadOnlySpan<byte> start) => start.StartsWith("PK\x03\x04"u8) || start is [0x80, <= 5, _, > 5, ..];

    /// <exception cref="PasException">It cannot be read, is damaged, or asks for something that is not done.</exception>
    public static TorchFile Open(string path) => OpenedFile.Open(path, file => new TorchFile(file));

    /// <summary>What was saved: a tensor, or dicts, lists and tuples with tensors, numbers and texts inside.</summary>
    public object? Root => _content.Root;

    /// <summary>Storages that no tensor refers to.</summary>
    public IEnumerable<UnusedPart> Unused => _content.Unused.Select(name => new UnusedPart($"{_path}, {name}", "no tensor refers to it"));

    /// <summary>The numbers of a tensor, in order.</summary>
    public float[] Read(TorchTensor tensor)
    {
        if (tensor.Elements > SteeringImport.LongestVector)
        {
            throw new PasException("the tensor is no steering vector", _path, $"at most {SteeringImport.LongestVector} numbers", $"{tensor.Elements}") { Code = ErrorCodes.FileDamaged };
        }

        var read = Reader(tensor.Storage.Type);
        var bytes = Content(tensor.Storage, read.Width);
        var values = new float[(int)tensor.Elements];
        for (var i = 0; i < values.Length; i++)
        {
            var place = tensor.Offset;
            for (var (axis, rest) = (tensor.Shape.Length - 1, (long)i); axis >= 0; axis--)
            {
                place += rest % tensor.Shape[axis] * tensor.Strides[axis];
                rest /= tensor.Shape[axis];
            }

            values[i] = read.Number(bytes, (int)place * read.Width);
        }

        return values;
    }

    public void Dispose() => _content.Dispose();

    private byte[] Content(TorchStorage storage, int width)
    {
        if (_storages.TryGetValue(storage.Key, out var known))
        {
            return known;
        }

        var length = (Int128)storage.Elements * width;
        if (length > _left)
        {
            throw new PasException("the storages are longer than the file", _path, $"at most {_left} bytes", $"{length} bytes", "the file is truncated or damaged; get it again") { Code = ErrorCodes.FileDamaged };
        }

        _left -= (long)length;
        return _storages[storage.Key] = _content.Read(storage, (int)length);
    }

    private (int Width, Func<byte[], int, float> Number) Reader(string type) => type switch
    {
        "FloatStorage" => (4, static (bytes, at) => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(at))),
        "DoubleStorage" => (8, static (bytes, at) => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(at))),
        "HalfStorage" => (2, static (bytes, at) => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes.AsSpan(at))),
        "BFloat16Storage" => (2, static (bytes, at) => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at)) << 16)),
        _ => throw new PasException("the tensor is no steering vector", _path, "floating-point numbers", SafeTensorsHeader.Quote(type)) { Code = ErrorCodes.FileDamaged },
    };
}

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Files.Gguf;

/// <summary>
/// A GGUF file, checked when it is opened. Tensors whose numbers lie as libtorch has them are views over a private memory map;
/// the others are widened to float32, part by part.
/// </summary>
internal sealed class GgufFile : IDisposable
{
    private const int ElementsAtOnce = 1 << 18; // A multiple of every block's length.

    private readonly SafeFileHandle _file;
    private readonly GgufHeader _header;
    private readonly MappedFile _map;

    private GgufFile(string path, SafeFileHandle file)
    {
        Path = path;
        _file = file;
        _header = GgufHeader.Read(path, file);
        _map = new MappedFile(path, RandomAccess.GetLength(file));
    }

    public string Path { get; }

    public GgufMetadata Metadata => _header.Metadata;

    public IReadOnlyDictionary<string, GgufTensor> Tensors => _header.Tensors;

    /// <summary>Whether a file begins as one of this format.</summary>
    public static bool Is(string path)
    {
        FileKind.EnsureRegular(path);
        try
        {
            using var file = File.OpenHandle(path);
            Span<byte> magic = stackalloc byte[4];
            return RandomAccess.Read(file, magic, 0) == 4 && magic.SequenceEqual("GGUF"u8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return false;
        }
    }

    /// <exception cref="PasException">The file cannot be read, is none of this format, or is damaged.</exception>
    public static GgufFile Open(string path)
    {
        FileKind.EnsureRegular(path);
        SafeFileHandle? file = null;
        try
        {
            file = File.OpenHandle(path);
            return new GgufFile(path, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            file?.Dispose();
            throw new PasException("cannot read the file", path, found: e.Message, inner: e) { Code = ErrorCodes.FileAccess };
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>The tensor on the CPU: a view of the file where its numbers lie as libtorch has them, otherwise float32.</summary>
    /// <exception cref="PasException">Its type is not known.</exception>
    public Tensor Load(GgufTensor tensor) => tensor.Type switch
    {
        PlainType plain => View(tensor, plain),
        BlockType blocks => Widen(tensor, blocks),
        _ => throw new PasException(
            "tensors of this type cannot be read",
            $"{Path}, tensor '{tensor.Name}'",
            string.Join(", ", GgufTensorType.All.Select(type => type.Name)),
            $"type {tensor.TypeNumber}",
            "get the model in one of these types")
        { Code = ErrorCodes.NotSupported },
    };

    /// <summary>The numbers of a float32 tensor.</summary>
    public float[] ReadFloats(GgufTensor tensor)
    {
        var values = new float[tensor.Length / sizeof(float)];
        ReadBytes(tensor, 0, MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>Fills the buffer with the tensor's bytes from <paramref name="offset"/> on.</summary>
    public void ReadBytes(GgufTensor tensor, long offset, Span<byte> buffer)
    {
        for (var at = tensor.Offset + offset; !buffer.IsEmpty;)
        {
            var read = RandomAccess.Read(_file, buffer, at);
            if (read == 0)
            {
                throw new PasException("the file ended early; was it changed while it was read?", Path) { Code = ErrorCodes.FileDamaged };
            }

            at += read;
            buffer = buffer[read..];
        }
    }

    // Every tensor begins at a multiple of 8 bytes, as the header's alignment has it.
    private Tensor View(GgufTensor tensor, PlainType type)
    {
        using var flat = _map.View(tensor.Offset, tensor.Elements, type.Torch, type.BlockBytes);
        return flat.view(tensor.Shape);
    }

    private Tensor Widen(GgufTensor tensor, BlockType type)
    {
        var values = empty(tensor.Shape, ScalarType.Float32);
        using var flat = values.view(-1);
        Parallel.For(0, (int)((tensor.Elements + ElementsAtOnce - 1) / ElementsAtOnce), part =>
        {
            var first = (long)part * ElementsAtOnce;
            var count = (int)Math.Min(ElementsAtOnce, tensor.Elements - first);
            var bytes = new byte[count / type.BlockLength * type.BlockBytes];
            ReadBytes(tensor, first / type.BlockLength * type.BlockBytes, bytes);
            using var some = flat.narrow(0, first, count);
            type.Widen(bytes, MemoryMarshal.Cast<byte, float>(some.bytes));
        });
        return values;
    }

    /// <summary>Closes the file; tensors that were loaded from it stay valid.</summary>
    public void Dispose()
    {
        _map.Dispose();
        _file.Dispose();
    }
}

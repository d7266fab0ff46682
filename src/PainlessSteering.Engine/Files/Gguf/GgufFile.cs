using System.Buffers;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Files.Gguf;

/// <summary>
/// A GGUF file, checked when it is opened. Tensors whose numbers lie as libtorch has them are views of its bytes, see
/// <see cref="MappedFile"/>; the others are widened to float32, part by part.
/// </summary>
internal sealed class GgufFile : IDisposable
{
    private const int MostRead = 1 << 18;

    private const int ElementsAtOnce = 1 << 16; // A multiple of every block's length.

    private readonly GgufHeader _header;
    private readonly MappedFile _map;

    private GgufFile(OpenedFile file)
    {
        Source = file;
        _header = GgufHeader.Read(file);
        _map = new MappedFile(file);
    }

    public string Path => Source.Path;

    /// <summary>The file itself.</summary>
    public OpenedFile Source { get; }

    /// <summary>
    /// Whether the tensor, taken as it lies in the file, is a view of a map. A small one of plain numbers is read: a page that is touched takes its neighbours
    /// along, up to 2 MB of blocks, which are in another map already.
    /// </summary>
    public bool IsMapped(GgufTensor tensor) => !Source.IsSmall && !(tensor.Type is PlainType && tensor.Length < MostRead);

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
    public static GgufFile Open(string path) => OpenedFile.Open(path, file => new GgufFile(file));

    /// <summary>The tensor on the CPU: a view of the file where its numbers lie as libtorch has them, otherwise float32.</summary>
    /// <param name="tensor">A tensor of this file.</param>
    /// <param name="index">Index along its first dimension, which is then left out; the whole tensor if null.</param>
    /// <exception cref="PasException">Its type is not known.</exception>
    public Tensor Load(GgufTensor tensor, int? index = null)
    {
        var shape = index is null ? tensor.Shape : tensor.Shape[1..];
        var first = (index ?? 0) * shape.Aggregate(1L, (product, size) => product * size);
        return tensor.Type switch
        {
            PlainType plain => View(tensor, plain, first, shape),
            BlockType blocks => Widen(tensor, blocks, first, shape),
            _ => throw GgufRefusedTypes.Refuse(tensor, $"{Path}, tensor {SafeTensorsHeader.Quote(tensor.Name)}"),
        };
    }

    /// <summary>A view of the file: the bytes of each row's blocks, in the shape of the tensor but for its last size.</summary>
    /// <param name="tensor">A tensor of this file.</param>
    /// <param name="type">Its type.</param>
    /// <param name="index">Index along its first dimension, which is then left out; the whole tensor if null.</param>
    public Tensor Blocks(GgufTensor tensor, BlockType type, int? index = null)
    {
        var shape = index is null ? tensor.Shape : tensor.Shape[1..];
        var bytes = type.Bytes(shape.Aggregate(1L, (product, size) => product * size));
        using var flat = _map.View(tensor.Offset + ((index ?? 0) * bytes), bytes, ScalarType.Byte, 1);
        return flat.view([.. shape[..^1], type.Bytes(shape[^1])]);
    }

    /// <summary>The numbers of a float32 tensor.</summary>
    public float[] ReadFloats(GgufTensor tensor)
    {
        var values = new float[tensor.Length / sizeof(float)];
        ReadBytes(tensor, 0, MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>Fills the buffer with the tensor's bytes from <paramref name="offset"/> on.</summary>
    public void ReadBytes(GgufTensor tensor, long offset, Span<byte> buffer) => Source.Fill(tensor.Offset + offset, buffer);

    // Every tensor begins at a multiple of 8 bytes, as the header's alignment has it.
    private Tensor View(GgufTensor tensor, PlainType type, long first, long[] shape)
    {
        if (!Source.IsSmall && !IsMapped(tensor))
        {
            var copy = empty(shape, type.Torch);
            TensorBytes.Visit(copy, (start, bytes) => ReadBytes(tensor, (first * type.BlockBytes) + start, bytes));
            return copy;
        }

        using var flat = _map.View(tensor.Offset + (first * type.BlockBytes), shape.Aggregate(1L, (product, size) => product * size), type.Torch, type.BlockBytes);
        return flat.view(shape);
    }

    private Tensor Widen(GgufTensor tensor, BlockType type, long start, long[] shape)
    {
        var values = empty(shape, ScalarType.Float32);
        using var flat = values.view(-1);
        var elements = flat.numel();
        void WidenPart(int part)
        {
            var first = (long)part * ElementsAtOnce;
            var count = (int)Math.Min(ElementsAtOnce, elements - first);
            var length = count / type.BlockLength * type.BlockBytes;
            var bytes = ArrayPool<byte>.Shared.Rent(length);
            ReadBytes(tensor, (start + first) / type.BlockLength * type.BlockBytes, bytes.AsSpan(0, length));
            using var some = flat.narrow(0, first, count);
            type.Widen(bytes.AsSpan(0, length), MemoryMarshal.Cast<byte, float>(some.bytes));
            ArrayPool<byte>.Shared.Return(bytes);
        }

        try
        {
            Parallel.For(0, (int)((elements + ElementsAtOnce - 1) / ElementsAtOnce), WidenPart);
            return values;
        }
        catch (AggregateException e) when (e.InnerException is PasException error)
        {
            values.Dispose();
            throw error; // The file was cut off while it was read.
        }
    }

    /// <summary>Closes the file; tensors that were loaded from it stay valid.</summary>
    public void Dispose()
    {
        _map.Dispose();
        Source.Dispose();
    }
}

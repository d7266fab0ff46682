using static TorchSharp.torch;

namespace PainlessSteering.Engine.Files;

/// <summary>
/// A safetensors file, checked when it is opened. Tensors are views of its bytes, see <see cref="MappedFile"/>; writing to one never changes the file.
/// </summary>
internal sealed class SafeTensors : IDisposable
{
    private readonly SafeTensorsHeader _header;
    private readonly MappedFile _map;

    private SafeTensors(OpenedFile file)
    {
        Source = file;
        _map = new MappedFile(file);
        Span<byte> start = stackalloc byte[(int)Math.Min(8, file.Length)];
        file.Fill(0, start);
        var json = new byte[SafeTensorsHeader.ReadLength(file.Path, start, file.Length)];
        file.Fill(8, json);
        _header = SafeTensorsHeader.Parse(file.Path, json, file.Length);
    }

    public string Path => Source.Path;

    /// <summary>The file itself.</summary>
    public OpenedFile Source { get; }

    public IReadOnlyDictionary<string, SafeTensorInfo> Tensors => _header.Tensors;

    /// <summary>The texts under <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <exception cref="PasException">The file cannot be read, is none of this format, or is damaged.</exception>
    public static SafeTensors Open(string path) => OpenedFile.Open(path, file => new SafeTensors(file));

    /// <summary>The tensor on the CPU in the file's own type: a view where its place in the file is aligned to its type, else a copy.</summary>
    public Tensor Load(string name)
    {
        var info = Tensors[name];
        if (info.Type.Torch is not { } type)
        {
            throw new PasException($"tensors of type {info.Type.Name} cannot be read", $"{Path}, key {SafeTensorsHeader.Quote(name)}", "F32, BF16 or F16", info.Type.Name, "use a checkpoint that is not quantized") { Code = ErrorCodes.NotSupported };
        }

        if (info.Length == 0)
        {
            return empty(info.Shape, type);
        }

        if (!IsAligned(info))
        {
            return Copy(info, type);
        }

        using var flat = _map.View(info.Offset, info.Elements, type, info.Type.Bits / 8);
        return flat.view(info.Shape);
    }

    /// <summary>The bytes of a tensor of any type, as a view of the file's map.</summary>
    public Tensor Bytes(SafeTensorInfo info) => _map.View(info.Offset, info.Length, ScalarType.Byte, 1);

    /// <summary>Whether <see cref="Load"/> gives a view of the file's map.</summary>
    public bool IsView(string name) => !Source.IsSmall && Tensors[name] is { Length: > 0 } info && IsAligned(info);

    /// <summary>Fills the buffer with the tensor's bytes from <paramref name="offset"/> on.</summary>
    public void ReadBytes(SafeTensorInfo info, long offset, Span<byte> buffer) => Source.Fill(info.Offset + offset, buffer);

    /// <summary>Writes the file once more, byte for byte, but for tensors that are replaced by others of their type and shape, and those that are added.</summary>
    /// <param name="stream">Takes the bytes.</param>
    /// <param name="replacement">By name the contiguous tensor on the CPU that takes the place of the file's, or null; disposed here.</param>
    /// <param name="added">Contiguous tensors on the CPU that come behind the file's.</param>
    public void CopyTo(Stream stream, Func<string, Tensor?> replacement, params IReadOnlyList<(string Name, Tensor Tensor)> added)
    {
        var buffer = new byte[1 << 20];
        void Copy(long from, long end)
        {
            for (; from < end; from += buffer.Length)
            {
                var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - from));
                Source.Fill(from, part);
                stream.Write(part);
            }
        }

        var tensors = Tensors.Values.OrderBy(tensor => tensor.Offset).ToArray();
        if (added.Count == 0)
        {
            Copy(0, tensors.Length == 0 ? Source.Length : tensors[0].Offset);
        }
        else
        {
            stream.Write(SafeTensorsWriter.Header(
                [.. tensors.Select(tensor => (tensor.Name, tensor.Type, tensor.Shape, tensor.Length)), .. added.Select(entry => (entry.Name, SafeTensorsWriter.TypeOf(entry.Tensor), entry.Tensor.shape, entry.Tensor.numel() * entry.Tensor.element_size()))],
                Metadata));
        }

        foreach (var tensor in tensors)
        {
            if (replacement(tensor.Name) is not { } other)
            {
                Copy(tensor.Offset, tensor.Offset + tensor.Length);
                continue;
            }

            using (other)
            {
                TensorBytes.Visit(other, (_, bytes) => stream.Write(bytes));
            }
        }

        foreach (var (_, tensor) in added)
        {
            TensorBytes.Visit(tensor, (_, bytes) => stream.Write(bytes));
        }
    }

    /// <summary>Closes the file; tensors that were loaded from it stay valid.</summary>
    public void Dispose()
    {
        _map.Dispose();
        Source.Dispose();
    }

    private Tensor Copy(SafeTensorInfo info, ScalarType type)
    {
        var copy = empty(info.Shape, type);
        TensorBytes.Visit(copy, (start, bytes) => ReadBytes(info, start, bytes));
        return copy;
    }

    private static bool IsAligned(SafeTensorInfo info) => info.Offset % (info.Type.Bits / 8) == 0;
}

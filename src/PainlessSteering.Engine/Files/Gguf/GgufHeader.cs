namespace PainlessSteering.Engine.Files.Gguf;

/// <summary>The header of a GGUF file (version 2 or 3, little-endian): metadata and where each tensor lies, all of it checked against the file.</summary>
internal sealed class GgufHeader
{
    private const int LeastMetadataBytes = 13, LeastTensorBytes = 33;
    private const int MostDimensions = 4;
    private const int DefaultAlignment = 32;
    private const int MostEntries = 10_000, MostTensors = 200_000; // Far above what models have, and little memory.

    private readonly string _path;
    private readonly GgufStream _stream;
    private readonly long _fileLength;

    private GgufHeader(OpenedFile file)
    {
        _path = file.Path;
        _stream = new GgufStream(file);
        _fileLength = file.Length;
        CheckStart();
        int tensors = _stream.Count(LeastTensorBytes, "tensors", MostTensors), entries = _stream.Count(LeastMetadataBytes, "metadata entries", MostEntries);
        var metadata = new Dictionary<string, object>(StringComparer.Ordinal);
        for (var i = 0; i < entries; i++)
        {
            var key = _stream.Text();
            if (key.Length == 0 || !metadata.TryAdd(key, GgufValues.Read(_stream)))
            {
                throw _stream.Damaged(key.Length == 0 ? "a metadata key is empty" : $"the key {SafeTensorsHeader.Quote(key)} appears twice");
            }
        }

        Metadata = new GgufMetadata(_path, metadata);
        Tensors = ReadTensors(tensors);
    }

    public GgufMetadata Metadata { get; }

    public IReadOnlyDictionary<string, GgufTensor> Tensors { get; }

    /// <exception cref="PasException">The file is none of this format, or damaged.</exception>
    public static GgufHeader Read(OpenedFile file) => new(file);

    private void CheckStart()
    {
        Span<byte> magic = stackalloc byte[4];
        if (_fileLength < 24)
        {
            throw new PasException("not a GGUF file", _path, "the magic 'GGUF' and a header") { Code = ErrorCodes.FileDamaged };
        }

        _stream.Read(magic);
        if (!magic.SequenceEqual("GGUF"u8))
        {
            throw magic.SequenceEqual("lmgg"u8) || magic.SequenceEqual("fmgg"u8) || magic.SequenceEqual("tjgg"u8)
                ? new PasException("a model file from before GGUF", _path, "the magic 'GGUF'", remedy: "get the model as a GGUF file") { Code = ErrorCodes.NotSupported }
                : new PasException("not a GGUF file", _path, "the magic 'GGUF' and a header") { Code = ErrorCodes.FileDamaged };
        }

        var version = _stream.UInt32();
        if ((version & 0xFFFF) == 0)
        {
            throw new PasException("the file is in the byte order of big-endian machines", _path, "little-endian", remedy: "get the file for this kind of machine") { Code = ErrorCodes.NotSupported };
        }

        if (version is < 2 or > 3)
        {
            throw new PasException("the version of GGUF is not supported", _path, "2 or 3", FormattableString.Invariant($"{version}"), "convert the file with a recent llama.cpp") { Code = ErrorCodes.NotSupported };
        }
    }

    private Dictionary<string, GgufTensor> ReadTensors(int count)
    {
        var alignment = Metadata.Integer("general.alignment") ?? DefaultAlignment;
        if (alignment is < 8 or > 1 << 20 || (alignment & (alignment - 1)) != 0)
        {
            throw _stream.Damaged("general.alignment is not valid");
        }

        var found = new List<(string Name, long[] Shape, uint Type, long Offset)>();
        for (var i = 0; i < count; i++)
        {
            found.Add(ReadTensor(alignment));
        }

        var dataStart = (_stream.Position + alignment - 1) / alignment * alignment;
        var tensors = new Dictionary<string, GgufTensor>(StringComparer.Ordinal);
        foreach (var (name, shape, number, offset) in found)
        {
            var type = GgufTensorType.All.FirstOrDefault(type => type.Number == number);
            if (!tensors.TryAdd(name, new GgufTensor(name, shape, type, number, dataStart + offset, Length(name, shape, type))))
            {
                throw _stream.Damaged($"the tensor {SafeTensorsHeader.Quote(name)} appears twice");
            }
        }

        CheckPlaces(tensors.Values);
        return tensors;
    }

    private (string Name, long[] Shape, uint Type, long Offset) ReadTensor(long alignment)
    {
        var name = _stream.Text();
        var dimensions = _stream.UInt32();
        if (dimensions > MostDimensions)
        {
            throw _stream.Damaged(FormattableString.Invariant($"the tensor {SafeTensorsHeader.Quote(name)} has {dimensions} dimensions"));
        }

        var shape = new long[dimensions];
        for (var i = shape.Length - 1; i >= 0; i--) // The file begins with the length of a row.
        {
            shape[i] = _stream.Size() is > 0 and var size ? size : throw _stream.Damaged($"the tensor {SafeTensorsHeader.Quote(name)} has a size of 0");
        }

        var (type, offset) = (_stream.UInt32(), _stream.Size());
        return offset % alignment == 0 && offset <= _fileLength ? (name, shape, type, offset) : throw _stream.Damaged($"the tensor {SafeTensorsHeader.Quote(name)} begins at a place that is not in the file or not aligned");
    }

    private long Length(string name, long[] shape, GgufTensorType? type)
    {
        var elements = shape.Aggregate((Int128)1, (product, size) => product > _fileLength * (Int128)1024 ? product : product * size);
        if (type is null)
        {
            return 0; // It may be skipped; who needs it is told that its type is not known.
        }

        var bytes = elements / type.BlockLength * type.BlockBytes;
        return (shape is [.., var row] && row % type.BlockLength != 0) || bytes > _fileLength ? throw _stream.Damaged($"the tensor {SafeTensorsHeader.Quote(name)} has a shape that does not fit its type or the file") : (long)bytes;
    }

    private void CheckPlaces(IEnumerable<GgufTensor> tensors)
    {
        GgufTensor? last = null;
        foreach (var tensor in tensors.OrderBy(tensor => tensor.Offset))
        {
            if (tensor.Offset + tensor.Length > _fileLength)
            {
                throw _stream.Damaged($"the tensor {SafeTensorsHeader.Quote(tensor.Name)} reaches past the end of the file");
            }

            if (last is not null && tensor.Offset < last.Offset + last.Length)
            {
                throw _stream.Damaged($"the tensors {SafeTensorsHeader.Quote(last.Name)} and {SafeTensorsHeader.Quote(tensor.Name)} overlap");
            }

            last = tensor;
        }
    }
}

using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace PainlessSteering.Engine.Files;

/// <summary>
/// The header of a safetensors file, checked in full before a byte of data is touched:
/// 8 bytes little-endian length, that many bytes of JSON, then the data without gaps or overlaps.
/// </summary>
internal sealed class SafeTensorsHeader
{
    /// <summary>The limit of the format's own library; keeps a hostile file from claiming all memory.</summary>
    public const int MaxLength = 100_000_000;

    /// <summary>Those of 300,000 tensors.</summary>
    private const int MostParts = 4_000_000;

    private const string Damaged = "the file is truncated or damaged; get it again";

    private readonly string _path;
    private readonly long _dataStart;
    private readonly long _fileLength;
    private readonly Dictionary<string, SafeTensorInfo> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    private SafeTensorsHeader(string path, long dataStart, long fileLength)
    {
        _path = path;
        _dataStart = dataStart;
        _fileLength = fileLength;
    }

    public IReadOnlyDictionary<string, SafeTensorInfo> Tensors => _tensors;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Length of the JSON text, from the first 8 bytes of the file.</summary>
    public static int ReadLength(string path, ReadOnlySpan<byte> start, long fileLength)
    {
        if (start.Length < 8)
        {
            throw new PasException("not a safetensors file", path, "at least 8 bytes", $"{fileLength} bytes", Damaged) { Code = ErrorCodes.FileDamaged };
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length > MaxLength)
        {
            throw new PasException("the header's length is not valid; not a safetensors file?", path, $"at most {MaxLength} bytes", $"{length} bytes") { Code = ErrorCodes.FileDamaged };
        }

        return (long)length <= fileLength - 8
            ? (int)length
            : throw new PasException("the header is longer than the file", path, $"at most {fileLength - 8} bytes", $"{length} bytes", Damaged) { Code = ErrorCodes.FileDamaged };
    }

    /// <summary>Parses and checks the JSON text of a header.</summary>
    /// <param name="path">Named in errors.</param>
    /// <param name="json">The text, padding included.</param>
    /// <param name="fileLength">Length of the whole file in bytes.</param>
    public static SafeTensorsHeader Parse(string path, ReadOnlyMemory<byte> json, long fileLength)
    {
        var header = new SafeTensorsHeader(path, json.Length + 8L, fileLength);
        if (json.IsEmpty || json.Span[0] != '{' || !Utf8.IsValid(json.Span))
        {
            throw new PasException("the header is not valid", path, "a JSON object in UTF-8") { Code = ErrorCodes.FileDamaged };
        }

        try
        {
            EnsureFewParts(path, json.Span);
            using var document = JsonDocument.Parse(json);
            header.ReadEntries(document.RootElement);
        }
        catch (Exception e) when (JsonTexts.IsFault(e))
        {
            throw new PasException("the header is not valid JSON", path, found: JsonTexts.Reason(e), inner: e) { Code = ErrorCodes.FileDamaged };
        }

        header.CheckLayout();
        return header;
    }

    /// <summary>A key as errors show it: short, and without characters that would move a terminal's cursor.</summary>
    public static string Quote(string key)
    {
        var shown = key.Length > 100 ? key[..100] + "…" : key;
        return $"'{string.Concat(shown.Select(c => char.IsControl(c) ? '?' : c))}'";
    }

    /// <summary>What is kept of each part takes more memory than the part itself, so that they are counted first.</summary>
    private static void EnsureFewParts(string path, ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        for (var parts = 0; reader.Read(); parts++)
        {
            if (parts == MostParts)
            {
                throw new PasException("the header is too large", path, $"at most {MostParts} names, numbers and brackets") { Code = ErrorCodes.FileDamaged };
            }
        }
    }

    private void ReadEntries(JsonElement root)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in root.EnumerateObject())
        {
            if (!seen.Add(entry.Name))
            {
                throw new PasException("the key appears twice", Where(entry.Name)) { Code = ErrorCodes.FileDamaged };
            }

            if (entry.Name == "__metadata__")
            {
                ReadMetadata(entry.Value);
            }
            else
            {
                _tensors.Add(entry.Name, ReadTensor(entry.Name, entry.Value));
            }
        }
    }

    private void ReadMetadata(JsonElement value)
    {
        Require(value, JsonValueKind.Object, "an object", "__metadata__");
        foreach (var entry in value.EnumerateObject())
        {
            Require(entry.Value, JsonValueKind.String, "a text", $"__metadata__.{entry.Name}");
            if (!_metadata.TryAdd(entry.Name, entry.Value.GetString()!))
            {
                throw new PasException("the key appears twice", Where($"__metadata__.{entry.Name}")) { Code = ErrorCodes.FileDamaged };
            }
        }
    }

    private SafeTensorInfo ReadTensor(string name, JsonElement value)
    {
        Require(value, JsonValueKind.Object, "an object with dtype, shape and data_offsets", name);
        JsonElement? dtype = null, dims = null, offsets = null;
        foreach (var entry in value.EnumerateObject())
        {
            if (entry.NameEquals("dtype"))
            {
                SetOnce(ref dtype, entry, name);
            }
            else if (entry.NameEquals("shape"))
            {
                SetOnce(ref dims, entry, name);
            }
            else if (entry.NameEquals("data_offsets"))
            {
                SetOnce(ref offsets, entry, name);
            }
        }

        var type = ReadType(name, dtype ?? throw Missing(name, "dtype"));
        var shape = ReadNumbers(name, "shape", dims ?? throw Missing(name, "shape"));
        var range = ReadNumbers(name, "data_offsets", offsets ?? throw Missing(name, "data_offsets"));
        if (range.Length != 2 || range[0] > range[1])
        {
            throw new PasException("data_offsets are not valid", Where(name), "a begin and an end that is not before it", Shown(range)) { Code = ErrorCodes.FileDamaged };
        }

        if (range[1] > _fileLength - _dataStart)
        {
            throw new PasException("the tensor reaches past the end of the file", Where(name), $"data_offsets up to {_fileLength - _dataStart}", $"{range[1]}", Damaged) { Code = ErrorCodes.FileDamaged };
        }

        var bits = (Int128)Product(name, shape) * type.Bits;
        if (bits != (Int128)(range[1] - range[0]) * 8)
        {
            throw new PasException("data_offsets do not match the shape", Where(name), $"{(bits + 7) / 8} bytes for {type.Name} {Shown(shape)}", $"{range[1] - range[0]} bytes") { Code = ErrorCodes.FileDamaged };
        }

        return new SafeTensorInfo(name, type, shape, _dataStart + range[0], range[1] - range[0]);
    }

    private SafeTensorType ReadType(string name, JsonElement value)
    {
        Require(value, JsonValueKind.String, "a text", name, "dtype");
        var text = value.GetString()!;
        return SafeTensorType.Find(text)
            ?? throw new PasException("dtype is not known", Where(name), "F32, BF16, F16 or another type of the format", Quote(text)) { Code = ErrorCodes.FileDamaged };
    }

    private long[] ReadNumbers(string name, string part, JsonElement value)
    {
        Require(value, JsonValueKind.Array, "a list of whole numbers", name, part);
        return
        [
            .. value.EnumerateArray().Select(number => number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var whole) && whole >= 0
                ? whole
                : throw new PasException($"{part} is not valid", Where(name), "whole numbers from 0 to 2^63 - 1", Shown(number)) { Code = ErrorCodes.FileDamaged }),
        ];
    }

    private long Product(string name, long[] shape)
    {
        var product = 1L;
        foreach (var size in shape)
        {
            if (size > 0 && product > long.MaxValue / size)
            {
                throw new PasException("shape is not valid", Where(name), "fewer than 2^63 elements", Shown(shape)) { Code = ErrorCodes.FileDamaged };
            }

            product *= size;
        }

        return product;
    }

    /// <summary>The tensors must cover the data exactly: no byte twice, none unclaimed.</summary>
    private void CheckLayout()
    {
        var position = _dataStart;
        foreach (var tensor in _tensors.Values.OrderBy(tensor => tensor.Offset).ThenBy(tensor => tensor.Length))
        {
            if (tensor.Offset != position)
            {
                var what = tensor.Offset < position ? "the tensor overlaps another one" : "there is a gap before the tensor";
                throw new PasException(what, Where(tensor.Name), $"data_offsets from {position - _dataStart}", $"{tensor.Offset - _dataStart}") { Code = ErrorCodes.FileDamaged };
            }

            position += tensor.Length;
        }

        if (position != _fileLength)
        {
            throw new PasException("there are bytes after the last tensor", _path, $"{position} bytes", $"{_fileLength} bytes", "the file is damaged; get it again") { Code = ErrorCodes.FileDamaged };
        }
    }

    private void SetOnce(ref JsonElement? slot, JsonProperty entry, string name) =>
        slot = slot is null ? entry.Value : throw new PasException($"{entry.Name} appears twice", Where(name)) { Code = ErrorCodes.FileDamaged };

    private void Require(JsonElement value, JsonValueKind kind, string expected, string key, string? part = null)
    {
        if (value.ValueKind != kind)
        {
            throw new PasException($"{part ?? "the value"} is not valid", Where(key), expected, Shown(value)) { Code = ErrorCodes.FileDamaged };
        }
    }

    private PasException Missing(string name, string part) => new($"{part} is missing", Where(name)) { Code = ErrorCodes.FileDamaged };

    private string Where(string key) => $"{_path}, key {Quote(key)}";

    private static string Shown(JsonElement value) => Quote(value.GetRawText());

    private static string Shown(long[] numbers) => $"[{string.Join(", ", numbers.Take(8))}{(numbers.Length > 8 ? ", …" : "")}]";
}

using System.Globalization;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Files.Gguf;

/// <summary>The files of a model: one, or the parts of one that is split. The first part has the metadata; tensors are those of all.</summary>
internal sealed partial class GgufFiles : IGgufContent, IDisposable
{
    private const string Count = "split.count", Number = "split.no", AllTensors = "split.tensors.count";
    private const int MostParts = ushort.MaxValue, ShownNames = 4;

    private readonly IReadOnlyList<GgufFile> _parts;
    private readonly Dictionary<string, GgufFile> _fileOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GgufTensor> _tensors = new(StringComparer.Ordinal);

    private GgufFiles(IReadOnlyList<GgufFile> parts)
    {
        _parts = parts;
        foreach (var (part, tensor) in parts.SelectMany(part => part.Tensors.Values.Select(tensor => (part, tensor))))
        {
            if (!_tensors.TryAdd(tensor.Name, tensor))
            {
                throw new PasException("two parts of the model have the same tensor", $"{part.Path}, tensor {SafeTensorsHeader.Quote(tensor.Name)}", found: $"it is in {System.IO.Path.GetFileName(_fileOf[tensor.Name].Path)} too") { Code = ErrorCodes.FileDamaged };
            }

            _fileOf.Add(tensor.Name, part);
        }

        foreach (var part in parts.Skip(1))
        {
            if (part.Metadata.Keys.FirstOrDefault(key => !key.StartsWith("split.", StringComparison.Ordinal) && !key.StartsWith("general.", StringComparison.Ordinal)) is { } other)
            {
                throw part.Metadata.Unsupported(other, "metadata in the first part alone");
            }
        }

        if (Metadata.Int(AllTensors, 0) is { } all && parts.Count > 1 && all != _tensors.Count)
        {
            throw Metadata.Wrong(AllTensors, FormattableString.Invariant($"{_tensors.Count}, the tensors of all parts"));
        }
    }

    /// <summary>The file, or the first part.</summary>
    public string Path => _parts[0].Path;

    /// <summary>All metadata.</summary>
    public GgufMetadata Metadata => _parts[0].Metadata;

    /// <summary>Tensors of all parts by name.</summary>
    public IReadOnlyDictionary<string, GgufTensor> Tensors => _tensors;

    /// <summary>Opens a file, and the other parts of its model where it is one of several.</summary>
    /// <exception cref="PasException">A file cannot be read or is damaged, or a part is missing or another model's.</exception>
    public static GgufFiles Open(string path)
    {
        var parts = new List<GgufFile> { GgufFile.Open(path) };
        try
        {
            if (parts[0].Metadata.Int(Count, 0) is > 1 and var count)
            {
                var (given, names) = (parts[0], PartsOf(parts[0], count));
                var missing = names.Where(name => !File.Exists(name)).Select(System.IO.Path.GetFileName).ToArray();
                if (missing.Length > 0)
                {
                    throw new PasException(
                        "parts of the model are missing", path, FormattableString.Invariant($"{count} files"), $"no {string.Join(", ", missing.Take(ShownNames))}{(missing.Length > ShownNames ? ", …" : "")}", "get all parts into one folder")
                    { Code = ErrorCodes.FileMissing };
                }

                var own = given.Metadata.Int(Number, 0) ?? 0;
                for (var i = 0; i < count; i++)
                {
                    var part = i == own ? given : GgufFile.Open(names[i]);
                    if (i != own)
                    {
                        parts.Add(part);
                    }

                    CheckPart(part, i, count);
                }

                parts = [.. parts.OrderBy(part => part.Metadata.Int(Number, 0))];
            }

            return new GgufFiles(parts);
        }
        catch
        {
            parts.ForEach(part => part.Dispose());
            throw;
        }
    }

    /// <summary>The one model among files: the first part where all are parts of the same; null where there are several.</summary>
    /// <param name="files">Paths in one folder.</param>
    public static string? OnlyModel(IReadOnlyList<string> files)
    {
        var models = files.Select(file => (File: file, Name: PartName().Match(System.IO.Path.GetFileName(file)))).GroupBy(file => file.Name.Success ? file.Name.Groups["model"].Value + file.Name.Groups["count"].Value : file.File).ToArray();
        return models.Length == 1 ? models[0].Select(file => file.File).Order(StringComparer.Ordinal).First() : null;
    }

    /// <summary>File and tensor, as errors name them.</summary>
    public string PlaceOf(GgufTensor tensor) => $"{_fileOf[tensor.Name].Path}, tensor {SafeTensorsHeader.Quote(tensor.Name)}";

    /// <summary>The files themselves.</summary>
    public IEnumerable<OpenedFile> Sources => _parts.Select(part => part.Source);

    /// <summary>Whether what is taken of a tensor as it lies in its file is a view of a map.</summary>
    public bool IsMapped(GgufTensor tensor) => _fileOf[tensor.Name].IsMapped(tensor);

    /// <inheritdoc cref="GgufFile.Load"/>
    public Tensor Load(GgufTensor tensor, int? index = null) => _fileOf[tensor.Name].Load(tensor, index);

    /// <inheritdoc cref="GgufFile.Blocks"/>
    public Tensor Blocks(GgufTensor tensor, BlockType type, int? index = null) => _fileOf[tensor.Name].Blocks(tensor, type, index);

    /// <inheritdoc cref="GgufFile.ReadFloats"/>
    public float[] ReadFloats(GgufTensor tensor) => _fileOf[tensor.Name].ReadFloats(tensor);

    /// <inheritdoc cref="GgufFile.ReadBytes"/>
    public void ReadBytes(GgufTensor tensor, long offset, Span<byte> buffer) => _fileOf[tensor.Name].ReadBytes(tensor, offset, buffer);

    /// <summary>Closes all files; tensors that were loaded stay valid.</summary>
    public void Dispose()
    {
        foreach (var part in _parts)
        {
            part.Dispose();
        }
    }

    /// <summary>The paths of all parts, by the name of one: only such in its own folder.</summary>
    private static string[] PartsOf(GgufFile file, int count)
    {
        var keys = file.Metadata;
        var (name, own) = (PartName().Match(System.IO.Path.GetFileName(file.Path)), (keys.Int(Number, 0) ?? 0) + 1);
        if (count > MostParts || own > count)
        {
            throw keys.Wrong(count > MostParts ? Count : Number, FormattableString.Invariant($"at most {(count > MostParts ? MostParts : count - 1)}"));
        }

        if (!name.Success || Value(name, "count") != count || Value(name, "number") != own)
        {
            throw new PasException(
                "the file is a part of a model that is split, and its name does not say which", file.Path, string.Create(CultureInfo.InvariantCulture, $"a name that ends in -{own:00000}-of-{count:00000}.gguf"),
                remedy: "give the parts the names that they had")
            { Code = ErrorCodes.BadInput };
        }

        var folder = System.IO.Path.GetDirectoryName(file.Path) ?? "";
        return [.. Enumerable.Range(1, count).Select(number => System.IO.Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name.Groups["model"].Value}-{number:00000}-of-{count:00000}.gguf")))];
    }

    private static void CheckPart(GgufFile part, int number, int count)
    {
        if (part.Metadata.Int(Number, 0) != number || part.Metadata.Int(Count, 0) != count)
        {
            throw new PasException(
                "the file is not the part that its name says", part.Path, FormattableString.Invariant($"{Number} = {number} and {Count} = {count}"),
                FormattableString.Invariant($"{part.Metadata.Int(Number, 0)} and {part.Metadata.Int(Count, 0)}"), "get this part again")
            { Code = ErrorCodes.FileDamaged };
        }
    }

    private static int Value(Match name, string group) => int.Parse(name.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<model>.*)-(?<number>[0-9]{5})-of-(?<count>[0-9]{5})\.gguf$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex PartName();
}

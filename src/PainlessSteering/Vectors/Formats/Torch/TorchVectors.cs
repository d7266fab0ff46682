using System.Globalization;
using System.Numerics;
using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Vectors.Formats.Torch;

/// <summary>
/// Finds the steering vectors in what <c>torch.save</c> saved: a tensor, or dicts and lists of them by block, with keys beside them that say more.
/// So lie those of the paper's code, of the library steering-vectors and of the evaluation harness too. Every key is accounted for.
/// </summary>
internal sealed class TorchVectors
{
    public const string Name = "pt";

    private const int Deepest = 4, MostVectors = 4_096;

    private readonly string _path;
    private readonly TorchFile _file;
    private readonly List<Direction> _found = [];
    private readonly List<UnusedPart> _unused = [];
    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private int? _listLength;

    private TorchVectors(string path, TorchFile file) => (_path, _file) = (path, file);

    public static ForeignFile Read(string path)
    {
        var file = TorchFile.Open(path);
        try
        {
            var vectors = new TorchVectors(path, file);
            vectors.Take(file.Root, "", new VectorScope(), null, 0);
            return new ForeignFile(file) { Format = Name, Directions = vectors._found, Unused = [.. vectors._unused, .. file.Unused], ListLength = vectors._listLength };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private void Take(object? value, string name, VectorScope scope, TorchTensor? bias, int depth)
    {
        if (depth > Deepest)
        {
            throw Damaged(name, FormattableString.Invariant($"dicts and lists are nested deeper than {Deepest}"));
        }

        // A list can hold itself, and two that hold each other twice are as good as endless.
        if (value is PickleList or PickleTuple or PickleDictionary && !_seen.Add(value))
        {
            throw Damaged(name, "a list or dict stands in more than one place, or in itself");
        }

        switch (value)
        {
            case TorchTensor tensor:
                Add(tensor, name.Length > 0 ? name : "tensor", scope, bias);
                break;
            case PickleList list:
                TakeList(list, name, scope, bias, depth);
                break;
            case PickleTuple tuple:
                TakeList(tuple.Items, name, scope, bias, depth);
                break;
            case PickleDictionary dictionary:
                TakeEntries(dictionary, name, scope, depth);
                break;
            default:
                throw Damaged(name, "there is no vector here");
        }
    }

    private void Add(TorchTensor tensor, string name, VectorScope scope, TorchTensor? bias)
    {
        if (_found.Count == MostVectors)
        {
            throw Damaged(name, FormattableString.Invariant($"the file has more than {MostVectors} vectors"));
        }

        if (bias is not null && bias.Elements != tensor.Elements)
        {
            throw Damaged(name, "the vector and its bias have different sizes");
        }

        _found.Add(scope.Direction(name, tensor.Elements, () => _file.Read(tensor), bias is null ? null : () => _file.Read(bias), Where(name)));
    }

    /// <summary>Vectors whose places in a list say their blocks, or dicts that say them themselves.</summary>
    private void TakeList(IReadOnlyList<object?> items, string name, VectorScope scope, TorchTensor? bias, int depth)
    {
        foreach (var (index, item) in items.Index())
        {
            var own = Joined(name, index.ToString(CultureInfo.InvariantCulture));
            switch (item)
            {
                case null: // No vector for this block.
                    break;
                case TorchTensor tensor when items.Count == 1:
                    Add(tensor, own, scope, bias);
                    break;
                case TorchTensor tensor:
                    _listLength = _listLength is null || _listLength == items.Count ? items.Count : throw Damaged(own, "lists of vectors have different lengths");
                    Add(tensor, own, scope.At(new PlaceName(index, null), Where(own)), bias);
                    break;
                case PickleDictionary:
                    Take(item, own, scope, null, depth + 1);
                    break;
                default:
                    throw item is PickleList list && _seen.Contains(list) ? Damaged(own, "a list or dict stands in more than one place, or in itself") : Damaged(own, "a list holds something else than vectors and dicts");
            }
        }
    }

    private void TakeEntries(PickleDictionary dictionary, string name, VectorScope scope, int depth)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var vectors = new List<(string Key, object Value)>();
        object? bias = null;
        foreach (var (key, value) in dictionary)
        {
            var text = key switch
            {
                string word => word,
                long number => number.ToString(CultureInfo.InvariantCulture),
                _ => throw Damaged(name, "a key of a dict is neither a text nor a whole number"),
            };
            if (!keys.Add(text))
            {
                throw Damaged(name, $"the key {Engine.Files.SafeTensorsHeader.Quote(text)} appears twice");
            }

            if (value is null)
            {
                _unused.Add(new UnusedPart(Key(name, text), "says nothing"));
            }
            else if (VectorKeys.Settings.TryGetValue(text, out var setting))
            {
                scope = scope.With(setting, value, Key(name, text));
            }
            else if (text == VectorKeys.Bias)
            {
                bias = value;
            }
            else if (VectorKeys.WhyIrrelevant(text) is { } reason && IsPlain(value))
            {
                _unused.Add(new UnusedPart(Key(name, text), reason));
            }
            else
            {
                vectors.Add((text, value));
            }
        }

        var clampBias = BiasOf(bias, name, scope, keys);
        foreach (var (key, value) in vectors)
        {
            var place = PlaceName.Parse(key);
            var inner = place is not null ? scope.At(place, Key(name, key)) : VectorKeys.Vectors.Contains(key) ? scope : throw VectorKeys.Unknown(Where(name), key);
            Take(value, Joined(name, key), inner, clampBias, depth + 1);
        }
    }

    /// <summary>A bias matters to a clamp; the evaluation harness, which writes it, leaves it out of an addition.</summary>
    private TorchTensor? BiasOf(object? bias, string name, VectorScope scope, HashSet<string> keys)
    {
        if (bias is null)
        {
            return null;
        }

        if (bias is not TorchTensor tensor || !keys.Contains("action"))
        {
            throw VectorKeys.Unknown(Where(name), VectorKeys.Bias);
        }

        if (scope.IsClamp)
        {
            return tensor;
        }

        _unused.Add(new UnusedPart(Key(name, VectorKeys.Bias), "belongs to a clamp"));
        return null;
    }

    /// <summary>Numbers, texts and lists of them: something in which no vector is.</summary>
    private static bool IsPlain(object? value) => value switch
    {
        string or long or double or bool or BigInteger or null => true,
        PickleList list => list.TrueForAll(item => item is string or long or double or bool or BigInteger or null),
        PickleTuple tuple => Array.TrueForAll(tuple.Items, item => item is string or long or double or bool or BigInteger or null),
        _ => false,
    };

    private static string Joined(string outer, string inner) => outer.Length > 0 ? $"{outer}.{inner}" : inner;

    private string Where(string name) => name.Length > 0 ? $"{_path}, '{name}'" : _path;

    private string Key(string name, string key) => $"{_path}, key {Engine.Files.SafeTensorsHeader.Quote(Joined(name, key))}";

    private PasException Damaged(string name, string what) => new(what, Where(name), "a tensor, or a dict or list of tensors", remedy: "save the vectors again, as safetensors or in a dict by the numbers of their blocks") { Code = ErrorCodes.FileDamaged };
}

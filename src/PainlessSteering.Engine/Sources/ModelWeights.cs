using System.Collections;
using System.Diagnostics.CodeAnalysis;
using PainlessSteering.Engine.Weights;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Sources;

/// <summary>A model's weights by name: tensors, and linear maps that unpack theirs when it is asked for.</summary>
internal sealed class ModelWeights : IReadOnlyDictionary<string, Tensor>, IDisposable
{
    private readonly Dictionary<string, (Tensor? Tensor, Linear? Map)> _entries = [];
    private readonly List<Linear> _maps = [];
    private Linear? _tied;

    public int Count => _entries.Count;

    public IEnumerable<string> Keys => _entries.Keys;

    public IEnumerable<Tensor> Values => _entries.Values.Select(Plain);

    /// <summary>Size of the weights in the forms that they are held in.</summary>
    public long Bytes => _maps.Sum(map => map.Bytes) + (_tied?.Bytes ?? 0) + _entries.Values.Sum(entry => entry.Tensor is { } tensor ? tensor.numel() * tensor.element_size() : 0);

    /// <summary>The linear maps by the names of their modules, where they have one in the checkpoint.</summary>
    public IReadOnlyDictionary<string, Linear> Maps => _entries.Where(entry => entry.Value.Map is { Stored: not null })
        .ToDictionary(entry => entry.Key[..^".weight".Length], entry => entry.Value.Map!);

    public Tensor this[string key] => Plain(_entries[key]);

    public void Add(string name, Tensor tensor) => _entries.Add(name, (tensor, null));

    public void Add(string name, Linear map)
    {
        _entries.Add(name, (null, map));
        _maps.Add(map);
    }

    /// <summary>The head that is the embedding, which stands under that name, held in another form.</summary>
    public void AddTied(Linear head) => _tied = head;

    public void Freeze() => _maps.ForEach(map => map.Freeze());

    public bool ContainsKey(string key) => _entries.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out Tensor value)
    {
        value = _entries.TryGetValue(key, out var entry) ? Plain(entry) : null;
        return value is not null;
    }

    public IEnumerator<KeyValuePair<string, Tensor>> GetEnumerator() => _entries.Select(entry => KeyValuePair.Create(entry.Key, Plain(entry.Value))).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        _tied?.Dispose();
        foreach (var map in _maps)
        {
            map.Dispose();
        }

        foreach (var (tensor, _) in _entries.Values)
        {
            tensor?.Dispose();
        }
    }

    private static Tensor Plain((Tensor? Tensor, Linear? Map) entry) => entry.Tensor ?? entry.Map!.Weight;
}

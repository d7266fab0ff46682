namespace PainlessSteering.Text.Templates.Values;

/// <summary>Python's dict: keys in the order of their first appearance, equal as Python has it (1 and 1.0 and True are one key).</summary>
internal sealed class PythonDictionary : PythonObject
{
    private readonly OrderedDictionary<object, object> entries = new(PythonEquality.Comparer);

    public override string TypeName => "dict";

    public int Count => entries.Count;

    public IReadOnlyCollection<object> Keys => entries.Keys;

    public IReadOnlyCollection<object> Values => entries.Values;

    public IEnumerable<PythonTuple> Items => entries.Select(entry => new PythonTuple([entry.Key, entry.Value]));

    /// <summary>Only for who builds the dictionary: templates may not change it.</summary>
    public void Set(object key, object value) => entries[key] = value;

    public void Merge(PythonDictionary other)
    {
        foreach (var (key, value) in other.entries)
        {
            Budget.Spend();
            entries[key] = value;
        }
    }

    public object Get(object key) => entries.TryGetValue(key, out var value) ? value : Missing.Value;

    public bool Contains(object key) => entries.ContainsKey(key);

    public PythonDictionary Copy()
    {
        var copy = new PythonDictionary();
        copy.Merge(this);
        return copy;
    }
}

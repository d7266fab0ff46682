namespace PainlessSteering.Text.Templates.Values;

/// <summary>What <c>keys()</c>, <c>values()</c> and <c>items()</c> of a dict give: sized and iterable, but not indexable.</summary>
internal sealed class DictionaryView(string typeName, IEnumerable<object> items, int count) : PythonObject
{
    public override string TypeName => typeName;

    public int Count => count;

    public IEnumerable<object> Items => items;

    public static DictionaryView Keys(PythonDictionary dictionary) => new("dict_keys", dictionary.Keys, dictionary.Count);

    public static DictionaryView Values(PythonDictionary dictionary) => new("dict_values", dictionary.Values, dictionary.Count);

    public static DictionaryView Pairs(PythonDictionary dictionary) => new("dict_items", dictionary.Items, dictionary.Count);
}

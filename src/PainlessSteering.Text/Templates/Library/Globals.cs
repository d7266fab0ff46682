using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>The functions that a template finds without being handed them.</summary>
internal static class Globals
{
    /// <param name="now">What <c>strftime_now</c> sees.</param>
    public static Dictionary<string, Builtin> All(DateTime now) => Builtin.Table(
        new("range", "start stop? step?", a => a[1] is Missing
            ? new PythonRange(0, PythonType.Integer(a[0]), 1)
            : new PythonRange(PythonType.Integer(a[0]), PythonType.Integer(a[1]), a[2] is Missing ? 1 : PythonType.Integer(a[2]))),
        new("dict", "items? **", a => Merged(a[0], (PythonDictionary)a[1])),
        new("namespace", "items? **", a => new Namespace(Merged(a[0], (PythonDictionary)a[1]))),
        new("cycler", "*", a => new Cycler(((PythonTuple)a[0]).Items)),
        new("joiner", "sep?", a => new Joiner(a[0].Or(", "))),
        new("raise_exception", "message", a => throw new TemplateException(TemplateException.Refusal, a[0].Str())),
        new("strftime_now", "format", a => Strftime.Format(now, a[0].Text())));

    public static PythonDictionary Dictionary(IEnumerable<(object Key, object Value)> entries)
    {
        var dictionary = new PythonDictionary();
        foreach (var (key, value) in entries)
        {
            Budget.Spend();
            dictionary.Set(key, value);
        }

        return dictionary;
    }

    private static PythonDictionary Merged(object items, PythonDictionary keywords)
    {
        var dictionary = items switch
        {
            Missing => new PythonDictionary(),
            PythonDictionary given => given.Copy(),
            _ => Dictionary(PythonType.List(items).Select(Pair)),
        };
        dictionary.Merge(keywords);
        return dictionary;
    }

    private static (object Key, object Value) Pair(object item) => PythonType.List(item) is [var key, var value]
        ? (key, value)
        : throw TemplateException.Value("dictionary update sequence element has a wrong length; 2 is required");
}

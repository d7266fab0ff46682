using System.Numerics;
using PainlessSteering.Text.Templates.Library;

namespace PainlessSteering.Text.Templates.Values;

/// <summary>Jinja2's ways into a value: <c>x.name</c> looks for an attribute first, <c>x[key]</c> for an item first; a slice takes no second way.</summary>
internal static class Subscript
{
    /// <summary>Names that would change a list or dict; the sandbox hides them.</summary>
    private static readonly HashSet<string> ListChanges = ["append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove"];

    private static readonly HashSet<string> DictionaryChanges = ["clear", "pop", "popitem", "setdefault", "update"];

    public static object Attribute(object value, string name)
    {
        Refuse(value);
        var found = FindAttribute(value, name);
        if (found is Missing)
        {
            found = FindItem(value, name);
        }

        return found is Missing ? Absent(value, name) : found;
    }

    public static object Item(object value, object key)
    {
        Refuse(value);
        if (PythonType.IsText(key))
        {
            Budget.SpendText(PythonType.Text(key).Length);
        }

        var found = FindItem(value, key);
        if (found is Missing && key is string or Markup)
        {
            found = FindAttribute(value, PythonType.Text(key));
        }

        return found is Missing ? Absent(value, key) : found;
    }

    public static object Slice(object value, object start, object stop, object step)
    {
        Refuse(value);
        if (value is PythonDictionary)
        {
            throw TemplateException.Type("unhashable type: 'slice'");
        }

        if (value is not (string or Markup or PythonSequence))
        {
            throw TemplateException.Type($"'{PythonType.Name(value)}' object is not subscriptable");
        }

        var length = PythonType.Length(value)!.Value;
        var by = step is None ? 1 : Bound(step);
        if (by == 0)
        {
            throw TemplateException.Value("slice step cannot be zero");
        }

        // Python's rule: a bound below 0 counts from the end, then is held to the sequence.
        var first = start is None ? (by > 0 ? 0 : length - 1) : Clamp(Bound(start), length, by);
        var end = stop is None ? (by > 0 ? length : -1) : Clamp(Bound(stop), length, by);
        if (value is string or Markup)
        {
            var text = PythonType.Text(value);
            var part = by == 1 ? CodePoints.Between(text, first, Math.Max(first, end)) : Stepped(text, first, end, by);
            return value is Markup ? new Markup(part) : part;
        }

        if (value is PythonRange range)
        {
            return range.Part(first, end, by);
        }

        var items = ((PythonSequence)value).Items;
        return ((PythonSequence)value).With([.. Indexes(first, end, by).Select(i => items[i])]);
    }

    /// <summary>An attribute in the sense of <c>getattr</c>, or <see cref="Missing"/>.</summary>
    public static object FindAttribute(object value, string name)
    {
        var changes = (value is PythonList && ListChanges.Contains(name)) || (value is PythonDictionary && DictionaryChanges.Contains(name));
        if (changes || (value is not Namespace && name is "__class__" or "__init__" or "__len__" or "__doc__" or "__dict__" or "__getitem__" or "__contains__" or "__iter__" or "__call__"))
        {
            return new Undefined($"access to attribute '{name}' of '{PythonType.Name(value)}' object is unsafe.", forbidden: true);
        }

        var data = value is PythonObject known ? known.Attribute(name) : Missing.Value;
        return data is Missing ? Methods.Find(value, name) : data;
    }

    private static object FindItem(object value, object key)
    {
        switch (value)
        {
            case PythonDictionary dictionary:
                try
                {
                    return dictionary.Get(key);
                }
                catch (TemplateException error) when (error.Kind == "TypeError")
                {
                    return Missing.Value; // An unhashable key is just not there.
                }

            case PythonSequence sequence when PythonType.IsInteger(key):
                return At(PythonType.Integer(key), sequence.Items.Count) is >= 0 and var index ? sequence.Items[index] : Missing.Value;
            case string or Markup when PythonType.IsInteger(key):
                var text = PythonType.Text(value);
                if (At(PythonType.Integer(key), CodePoints.Count(text)) is not (>= 0 and var at))
                {
                    return Missing.Value;
                }

                var point = CodePoints.Between(text, at, at + 1);
                return value is Markup ? new Markup(point) : point;
            default:
                return Missing.Value;
        }
    }

    private static int At(BigInteger index, int length)
    {
        var at = index.Sign < 0 ? index + length : index;
        return at.Sign >= 0 && at < length ? (int)at : -1;
    }

    private static Undefined Absent(object value, object key) => new(
        key is string name ? $"'{Described(value)}' has no attribute '{name}'" : $"{Described(value)} has no element {PythonText.Repr(key)}");

    private static string Described(object value) => value is None ? "None" : PythonType.Name(value) + " object";

    private static void Refuse(object value)
    {
        Budget.Spend();
        if (value is Undefined undefined)
        {
            throw undefined.Error();
        }
    }

    private static int Bound(object value) => PythonType.IsInteger(value)
        ? PythonType.Index(value)
        : throw TemplateException.Type("slice indices must be integers or None or have an __index__ method");

    private static int Clamp(int bound, int length, int by)
    {
        var from = bound < 0 ? (long)bound + length : bound;
        return (int)Math.Clamp(from, by > 0 ? 0 : -1, by > 0 ? length : length - 1);
    }

    private static IEnumerable<int> Indexes(long from, long end, long by)
    {
        for (; by > 0 ? from < end : from > end; from += by)
        {
            Budget.Spend();
            yield return (int)from;
        }
    }

    private static string Stepped(string text, int first, int end, int by)
    {
        var points = CodePoints.Split(text).ToArray();
        return string.Concat(Indexes(first, end, by).Select(i => points[i]));
    }
}

using System.Numerics;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>The filters of Jinja2 that work on many items.</summary>
internal static class CollectionFilters
{
    public static IEnumerable<Builtin> All =>
    [
        new("batch", "value linecount fill_with?", a => Lazy(Batch(a[0], PythonType.Index(a[1]), a[2]), "do_batch")),
        new("dictsort", "value case_sensitive? by? reverse?", a => DictSort(a)),
        new("first", "seq", a => PythonType.Iterate(a[0]).FirstOrDefault() ?? new Undefined("No first item, sequence was empty.")),
        new("groupby", "value attribute default? case_sensitive?", a => GroupBy(a[0], a[1], a[2], a[3].Flag())),
        new("items", "value", a => Lazy(Pairs(a[0]), "do_items")),
        new("join", "value d? attribute?", a => TextMethods.Join(a[1] is Missing ? "" : a[1].Str(), Parts(a[0], a[2]))),
        new("last", "seq", a => Reversed(a[0]).FirstOrDefault() ?? new Undefined("No last item, sequence was empty.")),
        new("list", "value", a => new PythonList(PythonType.List(a[0]))),
        new("map", "value * **", a => Lazy(Map(a[0], (PythonTuple)a[1], (PythonDictionary)a[2]), "sync_do_map")),
        new("max", "value case_sensitive? attribute?", a => Extreme(a[0], a[1].Flag(), a[2], 1)),
        new("min", "value case_sensitive? attribute?", a => Extreme(a[0], a[1].Flag(), a[2], -1)),
        new("reject", "value * **", a => Lazy(Select(a, wanted: false, byAttribute: false), "select_or_reject")),
        new("rejectattr", "value * **", a => Lazy(Select(a, wanted: false, byAttribute: true), "select_or_reject")),
        new("reverse", "value", a => Reverse(a[0])),
        new("select", "value * **", a => Lazy(Select(a, wanted: true, byAttribute: false), "select_or_reject")),
        new("selectattr", "value * **", a => Lazy(Select(a, wanted: true, byAttribute: true), "select_or_reject")),
        new("slice", "value slices fill_with?", a => Lazy(Slices(a[0], PythonType.Index(a[1]), a[2]), "sync_do_slice")),
        new("sort", "value reverse? case_sensitive? attribute?", a => Sorted(PythonType.List(a[0]), SortKey(a[3], a[2].Flag()), a[1].Flag())),
        new("sum", "iterable attribute? start?", a => Sum(a[0], a[1], a[2].Or(BigInteger.Zero))),
        new("unique", "value case_sensitive? attribute?", a => Lazy(Unique(a[0], a[1].Flag(), a[2]), "sync_do_unique")),
    ];

    private static PythonGenerator Lazy(IEnumerable<object> items, string name) => new(items) { Function = name };

    private static IEnumerable<object> Pairs(object value)
    {
        var pairs = value switch
        {
            Undefined => [],
            PythonDictionary dictionary => dictionary.Items,
            _ => throw TemplateException.Type("Can only get item pairs from a mapping."),
        };
        foreach (var pair in pairs)
        {
            yield return pair;
        }
    }

    private static PythonList Parts(object value, object attribute)
    {
        var get = AttributePath.Getter(attribute);
        return new PythonList([.. PythonType.List(value).Select(item => (object)get(item).Str())]);
    }

    private static IEnumerable<object> Batch(object value, int size, object fill)
    {
        var row = new List<object>();
        foreach (var item in PythonType.Iterate(value))
        {
            if (row.Count == size)
            {
                yield return new PythonList(row);
                row = [];
            }

            row.Add(item);
        }

        if (row.Count > 0)
        {
            var absent = fill.IsGiven() ? Math.Max(0, size - row.Count) : 0;
            Budget.Spend(absent);
            yield return new PythonList([.. row, .. Enumerable.Repeat(fill, absent)]);
        }
    }

    private static IEnumerable<object> Slices(object value, int count, object fill)
    {
        var items = PythonType.List(value);
        if (count == 0)
        {
            throw new TemplateException("ZeroDivisionError", "integer division or modulo by zero");
        }

        var (size, longer) = (items.Count / count, items.Count % count);
        for (var (i, start) = (0, 0); i < count; i++)
        {
            Budget.Spend(10); // A list of its own, even where it is empty.
            var length = size + (i < longer ? 1 : 0);
            yield return new PythonList([.. items.Skip(start).Take(length), .. fill.IsGiven() && i >= longer ? [fill] : Array.Empty<object>()]);
            start += length;
        }
    }

    private static PythonList DictSort(object[] a)
    {
        var by = a[2] is Missing ? "key" : a[2].Text();
        var place = by switch
        {
            "key" => 0,
            "value" => 1,
            _ => throw new TemplateException("FilterArgumentError", "You can only sort by either \"key\" or \"value\""),
        };
        var dictionary = a[0] as PythonDictionary ?? throw (a[0] is Undefined undefined ? undefined.Error() : TemplateException.Type($"'{PythonType.Name(a[0])}' object has no attribute 'items'"));
        return Sorted([.. dictionary.Items], pair => AttributePath.Fold(((PythonTuple)pair).Items[place], a[1].Flag()), a[3].Flag());
    }

    /// <summary>Sorts by several attributes, which <c>attribute</c> names with commas between.</summary>
    private static Func<object, object> SortKey(object attribute, bool caseSensitive)
    {
        Budget.Spend(1 + (PythonType.IsText(attribute) ? PythonType.Text(attribute).Length : 0)); // A name may be as short as nothing.
        var keys = PythonType.IsText(attribute) ? [.. attribute.Text().Split(',').Select(path => AttributePath.Key(path, caseSensitive))] : new[] { AttributePath.Key(attribute, caseSensitive) };
        return item => new PythonTuple([.. keys.Select(key => key(item))]);
    }

    /// <summary>Sorts stably; reversed, equal items keep their order too.</summary>
    private static PythonList Sorted(IEnumerable<object> items, Func<object, object> key, bool reverse) => new(Comparison.Sort(items, key, reverse));

    private static PythonList GroupBy(object value, object attribute, object missing, bool caseSensitive)
    {
        var fallback = missing.IsGiven() ? missing : null;
        var (key, shown) = (AttributePath.Key(attribute, caseSensitive, fallback), AttributePath.Getter(attribute, fallback));
        var groups = new List<(object Key, List<object> Items)>();
        foreach (var item in Sorted(PythonType.List(value), key, reverse: false).Items)
        {
            if (groups.Count == 0 || !PythonEquality.AreEqual(groups[^1].Key, key(item)))
            {
                groups.Add((key(item), []));
            }

            groups[^1].Items.Add(item);
        }

        return new PythonList([.. groups.Select(group => new PythonTuple([caseSensitive ? group.Key : shown(group.Items[0]), new PythonList(group.Items)], "grouper", "list"))]);
    }

    private static IEnumerable<object> Map(object value, PythonTuple arguments, PythonDictionary keywords)
    {
        if (!PythonType.IsTrue(value))
        {
            yield break;
        }

        var function = Mapping(arguments, keywords);
        foreach (var item in PythonType.Iterate(value))
        {
            yield return function(item);
        }
    }

    private static Func<object, object> Mapping(PythonTuple arguments, PythonDictionary keywords)
    {
        if (arguments.Items.Count == 0 && keywords.Get("attribute") is var path && path is not Missing)
        {
            return keywords.Keys.FirstOrDefault(key => key is not ("attribute" or "default")) is { } other
                ? throw new TemplateException("FilterArgumentError", $"Unexpected keyword argument {PythonText.Repr(other)}")
                : AttributePath.Getter(path, keywords.Get("default") is var missing && missing.IsGiven() ? missing : null);
        }

        if (arguments.Items.Count == 0)
        {
            throw new TemplateException("FilterArgumentError", "map requires a filter argument");
        }

        return Applied(Filters.Find(arguments.Items[0].Text()), arguments.Items.Skip(1), keywords);
    }

    private static Func<object, object> Applied(Builtin function, IEnumerable<object> arguments, PythonDictionary keywords)
    {
        object[] others = [.. arguments];
        var named = new OrderedDictionary<string, object>(keywords.Items.Select(pair => KeyValuePair.Create(pair.Items[0].Text(), pair.Items[1])));
        return item => function.Call(new Arguments([item, .. others], named));
    }

    private static IEnumerable<object> Select(object[] a, bool wanted, bool byAttribute)
    {
        if (!PythonType.IsTrue(a[0]))
        {
            yield break;
        }

        var arguments = ((PythonTuple)a[1]).Items;
        if (byAttribute && arguments.Count == 0)
        {
            throw new TemplateException("FilterArgumentError", "Missing parameter for attribute name");
        }

        var get = byAttribute ? AttributePath.Getter(arguments[0]) : item => item;
        var rest = arguments.Skip(byAttribute ? 1 : 0).ToArray();
        var test = rest.Length > 0 ? Applied(Tests.Find(rest[0].Text()), rest.Skip(1), (PythonDictionary)a[2]) : item => item;
        foreach (var item in PythonType.Iterate(a[0]))
        {
            if (PythonType.IsTrue(test(get(item))) == wanted)
            {
                yield return item;
            }
        }
    }

    private static IEnumerable<object> Reversed(object value) => value switch
    {
        string or Markup => PythonType.Iterate(CodePoints.Reverse(PythonType.Text(value))),
        PythonSequence or PythonDictionary or DictionaryView => PythonType.List(value).AsEnumerable().Reverse(),
        Undefined => [],
        _ => throw TemplateException.Type($"'{PythonType.Name(value)}' object is not reversible"),
    };

    private static object Reverse(object value) => value switch
    {
        string or Markup => CodePoints.Reverse(PythonType.Text(value)),
        PythonSequence or PythonDictionary or DictionaryView => new PythonGenerator(Reversed(value), "reversed"),
        _ => PythonType.TryIterate(value) is null
            ? throw new TemplateException("FilterArgumentError", "argument must be iterable")
            : new PythonList([.. PythonType.List(value).AsEnumerable().Reverse()]),
    };

    private static object Sum(object value, object attribute, object start)
    {
        if (PythonType.IsText(start))
        {
            throw TemplateException.Type("sum() can't sum strings [use ''.join(seq) instead]");
        }

        return PythonType.Iterate(value).Select(AttributePath.Getter(attribute)).Aggregate(start, Operators.Add);
    }

    private static object Extreme(object value, bool caseSensitive, object attribute, int sign)
    {
        var key = AttributePath.Key(attribute, caseSensitive);
        object? best = null;
        object bestKey = None.Value;
        foreach (var item in PythonType.Iterate(value))
        {
            var itsKey = key(item);
            if (best is null || (sign > 0 ? Comparison.Holds(">", itsKey, bestKey) : Comparison.Holds("<", itsKey, bestKey)))
            {
                (best, bestKey) = (item, itsKey);
            }
        }

        return best ?? new Undefined("No aggregated item, sequence was empty.");
    }

    private static IEnumerable<object> Unique(object value, bool caseSensitive, object attribute)
    {
        var key = AttributePath.Key(attribute, caseSensitive);
        var seen = new HashSet<object>(PythonEquality.Comparer);
        foreach (var item in PythonType.Iterate(value))
        {
            if (seen.Add(key(item)))
            {
                yield return item;
            }
        }
    }
}

using System.Numerics;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>The methods of values.</summary>
internal static class Methods
{
    private static readonly Dictionary<string, Builtin> OfSequences = Builtin.Table(
        new("count", "self item", a => a[0].Items().Count(item => PythonEquality.AreEqual(item, a[1])).Int()),
        new("index", "self item start? stop?", a => IndexOf(a)));

    private static readonly Dictionary<string, Builtin> OfLists = Builtin.Table(
        [.. OfSequences.Values, new("copy", "self", a => new PythonList(a[0].Items()))]);

    private static readonly Dictionary<string, Builtin> OfDictionaries = Builtin.Table(
        new("get", "self key default?", a => ((PythonDictionary)a[0]).Get(a[1]) is var value && value is Missing ? a[2].Or(None.Value) : value),
        new("keys", "self", a => DictionaryView.Keys((PythonDictionary)a[0])),
        new("values", "self", a => DictionaryView.Values((PythonDictionary)a[0])),
        new("items", "self", a => DictionaryView.Pairs((PythonDictionary)a[0])),
        new("copy", "self", a => ((PythonDictionary)a[0]).Copy()),
        new("fromkeys", "self keys value?", a => Globals.Dictionary(PythonType.List(a[1]).Select(key => (key, a[2].Or(None.Value))))));

    private static readonly Dictionary<string, Builtin> OfIntegers = Builtin.Table(
        new("bit_length", "self", a => new BigInteger(BigInteger.Abs(PythonType.Integer(a[0])).GetBitLength())),
        new("conjugate", "self", a => PythonType.Integer(a[0])));

    private static readonly Dictionary<string, Builtin> OfFloats = Builtin.Table(
        new("is_integer", "self", a => a[0] is double number && double.IsFinite(number) && number == Math.Floor(number)),
        new("conjugate", "self", a => a[0]));

    /// <summary>The method of a value, bound to it, or <see cref="Missing"/>.</summary>
    public static object Find(object value, string name)
    {
        var table = value switch
        {
            string or Markup => TextMethods.All,
            PythonList => OfLists,
            PythonSequence => OfSequences,
            PythonDictionary => OfDictionaries,
            bool or BigInteger => OfIntegers,
            double => OfFloats,
            _ => [],
        };
        return table.TryGetValue(name, out var method) ? new BoundMethod(value, method) : NumberPart(value, name);
    }

    private static object NumberPart(object value, string name) => name switch
    {
        "real" when PythonType.IsNumber(value) => value is double ? value : PythonType.Integer(value),
        "imag" when PythonType.IsNumber(value) => value is double ? 0.0 : BigInteger.Zero,
        "numerator" when PythonType.IsInteger(value) => PythonType.Integer(value),
        "denominator" when PythonType.IsInteger(value) => BigInteger.One,
        _ => Missing.Value,
    };

    private static IReadOnlyList<object> Items(this object sequence) => ((PythonSequence)sequence).Items;

    private static BigInteger IndexOf(object[] a)
    {
        var items = a[0].Items();
        var (from, to) = TextMethods.Range(a[2], a[3], items.Count);
        for (var i = from; i < to; i++)
        {
            if (PythonEquality.AreEqual(items[i], a[1]))
            {
                return new BigInteger(i);
            }
        }

        throw TemplateException.Value($"{PythonText.Repr(a[1])} is not in {PythonType.Name(a[0])}");
    }
}

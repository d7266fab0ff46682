using System.Numerics;

namespace PainlessSteering.Text.Templates.Values;

/// <summary>Python's <c>==</c> and hashes.</summary>
internal sealed class PythonEquality : IEqualityComparer<object>
{
    public static readonly PythonEquality Comparer = new();

    bool IEqualityComparer<object>.Equals(object? x, object? y) => AreEqual(x!, y!);

    public int GetHashCode(object value)
    {
        Budget.Spend();
        return value switch
        {
            string text => Hash(text),
            Markup markup => Hash(markup.Text),
            bool flag => Hash(flag ? 1 : 0),
            BigInteger integer => Hash(integer),
            double number when double.IsFinite(number) && number == Math.Floor(number) => Hash(new BigInteger(number)),
            double number => HashCode.Combine(number),
            PythonTuple tuple => tuple.Items.Aggregate(tuple.Items.Count, (hash, item) => HashCode.Combine(hash, GetHashCode(item))),
            PythonRange range => range.Items.Count,
            PythonList or PythonDictionary => throw TemplateException.Type($"unhashable type: '{((PythonObject)value).TypeName}'"),
            Undefined => 1,
            _ => value.GetHashCode(),
        };
    }

    private static int Hash(string text)
    {
        Budget.SpendText(text.Length);
        return text.GetHashCode(StringComparison.Ordinal);
    }

    /// <summary>Seeded, as that of texts: otherwise a template could choose numbers that all fall into one bucket.</summary>
    private static int Hash(BigInteger integer)
    {
        Budget.SpendBits(integer);
        return HashCode.Combine(integer);
    }

    public static bool AreEqual(object a, object b)
    {
        Budget.Spend();
        return (Plain(a), Plain(b)) switch
        {
            (string x, string y) => EqualTexts(x, y),
            (BigInteger x, BigInteger y) => x == y,
            (double x, double y) => x == y,
            (double x, BigInteger y) => EqualNumbers(x, y),
            (BigInteger x, double y) => EqualNumbers(y, x),
            (PythonSequence x, PythonSequence y) => x.GetType() == y.GetType() && EqualItems(x.Items, y.Items),
            (PythonDictionary x, PythonDictionary y) => x.Count == y.Count && x.Keys.All(key => y.Get(key) is var other && other is not Missing && AreEqual(x.Get(key), other)),
            (Undefined, Undefined) => true,
            (DictionaryView x, DictionaryView y) => x.Count == y.Count && x.TypeName == y.TypeName && x.TypeName != "dict_values" && x.Items.All(item => y.Items.Any(other => AreEqual(item, other))),
            var (x, y) => ReferenceEquals(x, y),
        };
    }

    private static object Plain(object value) => value switch
    {
        bool flag => new BigInteger(flag ? 1 : 0),
        Markup markup => markup.Text,
        _ => value,
    };

    private static bool EqualNumbers(double x, BigInteger y) => double.IsFinite(x) && x == Math.Floor(x) && new BigInteger(x) == y;

    private static bool EqualTexts(string x, string y)
    {
        if (x.Length != y.Length)
        {
            return false;
        }

        Budget.SpendText(x.Length);
        return x == y;
    }

    private static bool EqualItems(IReadOnlyList<object> a, IReadOnlyList<object> b)
    {
        if (a.Count != b.Count)
        {
            return false;
        }

        Budget.Spend(1 + (a.Count / 8)); // Also items that are the same object take time.

        for (var i = 0; i < a.Count; i++)
        {
            // Identity comes first, as in Python: a list that holds NaN equals itself.
            if (!ReferenceEquals(a[i], b[i]) && !AreEqual(a[i], b[i]))
            {
                return false;
            }
        }

        return true;
    }
}

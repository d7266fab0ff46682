using System.Numerics;
using System.Runtime.ExceptionServices;

namespace PainlessSteering.Text.Templates.Values;

/// <summary>Python's order of values, and membership.</summary>
internal sealed class Comparison : IComparer<object>
{
    /// <summary>Orders as Python's <c>sorted</c>, by <c>&lt;</c> alone.</summary>
    public static readonly Comparison Order = new();

    public int Compare(object? x, object? y) => IsLess("<", x!, y!) ? -1 : IsLess("<", y!, x!) ? 1 : 0;

    /// <summary>Items in the order of their keys; equal ones keep theirs.</summary>
    public static List<T> Sort<T>(IEnumerable<T> items, Func<T, object> key, bool reverse = false)
    {
        var keyed = items.Select(item => (Key: key(item), Item: item)).ToList();
        try
        {
            var sorted = reverse ? keyed.OrderByDescending(pair => pair.Key, Order) : keyed.OrderBy(pair => pair.Key, Order);
            return [.. sorted.Select(pair => pair.Item)];
        }
        catch (InvalidOperationException error) when (error.InnerException is TemplateException or OperationCanceledException)
        {
            ExceptionDispatchInfo.Throw(error.InnerException); // .NET wraps what a comparison throws.
            throw;
        }
    }

    public static bool Holds(string symbol, object a, object b) => symbol switch
    {
        "==" => PythonEquality.AreEqual(a, b),
        "!=" => !PythonEquality.AreEqual(a, b),
        "<" => IsLess(symbol, a, b),
        ">" => IsLess(symbol, b, a, swapped: true),
        "<=" => IsLess(symbol, a, b, orEqual: true),
        ">=" => IsLess(symbol, b, a, orEqual: true, swapped: true),
        "in" => Contains(b, a),
        "not in" => !Contains(b, a),
        _ => throw new InvalidOperationException(symbol),
    };

    public static bool Contains(object container, object item)
    {
        Budget.Spend();
        switch (container)
        {
            case string or Markup:
                var text = PythonType.Text(container);
                return PythonType.IsText(item)
                    ? PythonText.Find(text, PythonType.Text(item)) >= 0
                    : throw TemplateException.Type($"'in <string>' requires string as left operand, not {PythonType.Name(item)}");
            case PythonDictionary dictionary:
                return dictionary.Contains(item);
            default:
                var items = PythonType.TryIterate(container) ?? throw TemplateException.Type($"argument of type '{PythonType.Name(container)}' is not iterable");
                return items.Any(one => ReferenceEquals(one, item) || PythonEquality.AreEqual(one, item));
        }
    }

    private static bool IsLess(string symbol, object a, object b, bool orEqual = false, bool swapped = false)
    {
        Budget.Spend();
        if ((a as Undefined ?? b as Undefined) is { } undefined)
        {
            throw undefined.Error();
        }

        if (PythonType.IsText(a) && PythonType.IsText(b))
        {
            return Satisfies(CompareText(PythonType.Text(a), PythonType.Text(b)), orEqual);
        }

        if (PythonType.IsInteger(a) && PythonType.IsInteger(b))
        {
            return Satisfies(PythonType.Integer(a).CompareTo(PythonType.Integer(b)), orEqual);
        }

        if (PythonType.IsNumber(a) && PythonType.IsNumber(b))
        {
            return IsLessNumber(a, b, orEqual);
        }

        return a is PythonSequence x and not PythonRange && b is PythonSequence y && x.GetType() == y.GetType()
            ? IsLessSequence(symbol, x.Items, y.Items, orEqual, swapped)
            : throw TemplateException.Type($"'{symbol}' not supported between instances of '{PythonType.Name(swapped ? b : a)}' and '{PythonType.Name(swapped ? a : b)}'");
    }

    private static bool IsLessSequence(string symbol, IReadOnlyList<object> a, IReadOnlyList<object> b, bool orEqual, bool swapped)
    {
        Budget.Spend(1 + (Math.Min(a.Count, b.Count) / 8));
        for (var i = 0; i < Math.Min(a.Count, b.Count); i++)
        {
            if (!ReferenceEquals(a[i], b[i]) && !PythonEquality.AreEqual(a[i], b[i]))
            {
                return IsLess(symbol, a[i], b[i], orEqual, swapped);
            }
        }

        return Satisfies(a.Count.CompareTo(b.Count), orEqual);
    }

    private static bool IsLessNumber(object a, object b, bool orEqual)
    {
        // An integer beyond the doubles is compared as an integer.
        if (a is double x && !PythonType.IsInteger(b))
        {
            return orEqual ? x <= (double)b : x < (double)b;
        }

        var (number, integer, first) = a is double left ? (left, PythonType.Integer(b), true) : ((double)b, PythonType.Integer(a), false);
        if (double.IsNaN(number))
        {
            return false;
        }

        var order = double.IsInfinity(number) ? Math.Sign(number)
            : new BigInteger(Math.Floor(number)).CompareTo(integer) is var floor && floor == 0 && number > Math.Floor(number) ? 1 : floor;
        return Satisfies(first ? order : -order, orEqual);
    }

    private static bool Satisfies(int order, bool orEqual) => order < 0 || (orEqual && order == 0);

    /// <summary>The order of code points, which differs from that of UTF-16 units where surrogates meet U+E000 and above.</summary>
    private static int CompareText(string a, string b)
    {
        Budget.SpendText(Math.Min(a.Length, b.Length));
        var same = a.AsSpan().CommonPrefixLength(b);
        if (same == a.Length || same == b.Length)
        {
            return a.Length.CompareTo(b.Length);
        }

        return char.IsSurrogate(a[same]) == char.IsSurrogate(b[same]) ? a[same].CompareTo(b[same]) : char.IsSurrogate(a[same]) ? 1 : -1;
    }
}

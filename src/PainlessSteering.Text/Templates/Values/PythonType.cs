using System.Numerics;
using PainlessSteering.Text.Templates.Library;

namespace PainlessSteering.Text.Templates.Values;

/// <summary>What kind of value a value is.</summary>
internal static class PythonType
{
    public static string Name(object value) => value switch
    {
        string => "str",
        bool => "bool",
        BigInteger => "int",
        double => "float",
        None => "NoneType",
        _ => ((PythonObject)value).TypeName,
    };

    public static bool IsText(object value) => value is string or Markup;

    /// <summary>An integer in Python's sense: True is 1.</summary>
    public static bool IsInteger(object value) => value is BigInteger or bool;

    public static bool IsNumber(object value) => value is BigInteger or bool or double;

    /// <summary>The integer behind a value; anything else is an error.</summary>
    public static BigInteger Integer(object value) => value switch
    {
        BigInteger integer => integer,
        bool flag => flag ? 1 : 0,
        Undefined undefined => throw undefined.Error(),
        _ => throw TemplateException.Type($"'{Name(value)}' object cannot be interpreted as an integer"),
    };

    /// <summary>An integer that counts or indexes something: beyond the limits of <see cref="int"/> it is the limit.</summary>
    public static int Index(object value) => (int)BigInteger.Max(int.MinValue, BigInteger.Min(Integer(value), int.MaxValue));

    public static double Float(object value)
    {
        if (value is double number)
        {
            return number;
        }

        var converted = (double)Integer(value);
        return double.IsFinite(converted) ? converted : throw new TemplateException("OverflowError", "int too large to convert to float");
    }

    /// <summary>The text of a value that must be one.</summary>
    public static string Text(object value) => value switch
    {
        string text => text,
        Markup markup => markup.Text,
        Undefined undefined => throw undefined.Error(),
        _ => throw TemplateException.Type($"expected a string, got '{Name(value)}'"),
    };

    public static bool IsTrue(object value) => value switch
    {
        bool flag => flag,
        string text => text.Length > 0,
        Markup markup => markup.Text.Length > 0,
        BigInteger integer => !integer.IsZero,
        double number => number != 0,
        PythonSequence sequence => sequence.Items.Count > 0,
        PythonDictionary dictionary => dictionary.Count > 0,
        DictionaryView view => view.Count > 0,
        LoopState loop => loop.Length > 0,
        None or Undefined => false,
        _ => true,
    };

    /// <summary>The attribute lookup <c>len</c>; null where the value has no length.</summary>
    public static int? Length(object value) => value switch
    {
        string text => CodePoints.Count(text),
        Markup markup => CodePoints.Count(markup.Text),
        PythonSequence sequence => sequence.Items.Count,
        PythonDictionary dictionary => dictionary.Count,
        DictionaryView view => view.Count,
        LoopState loop => loop.Length,
        Undefined => 0,
        _ => null,
    };

    /// <summary>The items of a value; null where it has none.</summary>
    public static IEnumerable<object>? TryIterate(object value) => value switch
    {
        string text => CodePoints.Split(text),
        Markup markup => CodePoints.Split(markup.Text).Select(point => new Markup(point)),
        PythonSequence sequence => Paid(sequence.Items),
        PythonDictionary dictionary => Paid(dictionary.Keys),
        DictionaryView view => Paid(view.Items),
        PythonGenerator generator => generator.Rest(),
        Undefined => [],
        _ => null,
    };

    public static IEnumerable<object> Iterate(object value) => TryIterate(value) ?? throw TemplateException.Type($"'{Name(value)}' object is not iterable");

    /// <summary>Items that are paid for one by one, by whoever walks through them.</summary>
    private static IEnumerable<object> Paid(IEnumerable<object> items)
    {
        foreach (var item in items)
        {
            Budget.Spend();
            yield return item;
        }
    }

    /// <summary>The items in a list of their own; each is paid for.</summary>
    public static List<object> List(object value)
    {
        var items = new List<object>();
        foreach (var item in Iterate(value))
        {
            items.Add(item);
        }

        return items;
    }
}

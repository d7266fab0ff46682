using System.Numerics;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>The tests of Jinja2: what may follow <c>is</c>.</summary>
internal static class Tests
{
    public static readonly Dictionary<string, Builtin> All = Builtin.Table(
    [
        new("boolean", "value", a => a[0] is bool),
        new("callable", "value", a => a[0] is Callable or LoopState or Undefined),
        new("defined", "value", a => a[0] is not Undefined),
        new("divisibleby", "value num", a => IsRemainder(a[0], a[1], 0)),
        new("escaped", "value", a => a[0] is Markup),
        new("even", "value", a => IsRemainder(a[0], new BigInteger(2), 0)),
        new("false", "value", a => a[0] is false),
        new("filter", "value", a => Filters.All.ContainsKey(a[0].Str())),
        new("float", "value", a => a[0] is double),
        new("in", "value seq", a => Comparison.Holds("in", a[0], a[1])),
        new("integer", "value", a => a[0] is BigInteger),
        new("iterable", "value", a => PythonType.TryIterate(a[0]) is not null),
        new("lower", "value", a => LetterCase.IsLower(a[0].Str())),
        new("mapping", "value", a => a[0] is PythonDictionary),
        new("none", "value", a => a[0] is None),
        new("number", "value", a => PythonType.IsNumber(a[0])),
        new("odd", "value", a => IsRemainder(a[0], new BigInteger(2), 1)),
        new("sameas", "value other", a => IsSame(a[0], a[1])),
        new("sequence", "value", a => a[0] is string or Markup or PythonSequence or PythonDictionary or Undefined),
        new("string", "value", a => PythonType.IsText(a[0])),
        new("test", "value", a => All!.ContainsKey(a[0].Str())),
        new("true", "value", a => a[0] is true),
        new("undefined", "value", a => a[0] is Undefined),
        new("upper", "value", a => LetterCase.IsUpper(a[0].Str())),
        .. Comparing("==", "eq", "equalto"),
        .. Comparing("!=", "ne"),
        .. Comparing(">", "gt", "greaterthan"),
        .. Comparing(">=", "ge"),
        .. Comparing("<", "lt", "lessthan"),
        .. Comparing("<=", "le"),
    ]);

    public static Builtin Find(string name) => All.GetValueOrDefault(name) ?? throw new TemplateException("TemplateRuntimeError", $"No test named '{name}' found.");

    private static IEnumerable<Builtin> Comparing(string symbol, params string[] names) => Filters.Named([symbol, .. names], "a b", a => Comparison.Holds(symbol, a[0], a[1]));

    private static bool IsRemainder(object value, object divisor, int remainder) => PythonEquality.AreEqual(Operators.Modulo(value, divisor), new BigInteger(remainder));

    /// <summary>Identity: of the values that Python keeps once, equality.</summary>
    private static bool IsSame(object a, object b) => ReferenceEquals(a, b) || (a.GetType() == b.GetType() && a is bool or BigInteger or string && a.Equals(b));
}

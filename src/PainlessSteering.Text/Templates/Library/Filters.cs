using System.Numerics;
using System.Text.RegularExpressions;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>The filters of Jinja2, with <c>tojson</c> as transformers has it.</summary>
internal static partial class Filters
{
    public static readonly Dictionary<string, Builtin> All = Builtin.Table(
    [
        new("abs", "x", a => a[0] is double number ? Math.Abs(number) : BigInteger.Abs(PythonType.Integer(a[0]))),
        new("attr", "obj name", a => Attr(a[0], a[1])),
        new("capitalize", "s", a => LetterCase.Capitalize(a[0].Str())),
        new("center", "value width?", a => TextMethods.All["center"].Call(Arguments.Of(a[0].Str(), new BigInteger(a[1].Int(80))))),
        .. Named(["count", "length"], "obj", a => Length(a[0]).Int()),
        .. Named(["d", "default"], "value default_value? boolean?", a => a[0] is Undefined || (a[2].Flag() && !PythonType.IsTrue(a[0])) ? a[1].Or("") : a[0]),
        .. Named(["e", "escape"], "value", a => Markup.Escape(a[0])),
        new("forceescape", "value", a => new Markup(Markup.Escape(a[0].Str()))),
        new("float", "value default?", a => NumberParsing.TryFloat(a[0]) ?? a[1].Or(0.0)),
        new("format", "value * **", a => Format(a)),
        new("indent", "s width? first? blank?", a => Indent(a[0], a[1], a[2].Flag(), a[3].Flag())),
        new("int", "value default? base?", a => NumberParsing.TryInteger(a[0], a[2].Int(10)) ?? a[1].Or(BigInteger.Zero)),
        new("lower", "s", a => LetterCase.Lower(a[0].Str())),
        new("pprint", "value", a => PythonText.Repr(a[0])),
        new("replace", "s old new count?", a => TextMethods.Replace(a[0].Str(), a[1].Str(), a[2].Str(), a[3].IsGiven() ? a[3].Int(-1) : -1)),
        new("round", "value precision? method?", a => Rounding.Round(a[0], a[1].Int(0), a[2] is Missing ? "common" : a[2].Text())),
        new("safe", "value", a => a[0] is Markup ? a[0] : new Markup(a[0].Str())),
        new("string", "object", a => a[0] is Markup ? a[0] : a[0].Str()),
        new("striptags", "value", a => new Markup(TagStripping.Strip(a[0].Str()))),
        new("title", "s", a => TitleCase(a[0].Str())),
        new("tojson", "value ensure_ascii? indent? separators? sort_keys?", a => Json(a)),
        new("trim", "value chars?", a => TextMethods.Strip(a[0].Str(), a[1], both: true, left: true)),
        new("truncate", "s length? killwords? end? leeway?", a => Truncate(a[0], a[1].Int(255), a[2].Flag(), a[3] is Missing ? "..." : a[3].Text(), a[4].IsGiven() ? a[4].Int(5) : 5)),
        new("upper", "s", a => LetterCase.Upper(a[0].Str())),
        new("urlencode", "value", a => UrlEncoding.Encode(a[0])),
        new("wordcount", "s", a => CountWords(a[0].Str())),
        .. CollectionFilters.All,
    ]);

    /// <summary>Built-ins that are one function under several names.</summary>
    public static IEnumerable<Builtin> Named(string[] names, string signature, Func<object[], object> body) => names.Select(name => new Builtin(name, signature, body));

    public static Builtin Find(string name) => All.GetValueOrDefault(name) ?? throw new TemplateException("TemplateRuntimeError", $"No filter named '{name}' found.");

    private static int Length(object value) => PythonType.Length(value) ?? throw TemplateException.Type($"object of type '{PythonType.Name(value)}' has no len()");

    private static object Attr(object value, object name)
    {
        var found = value is Undefined undefined ? throw undefined.Error() : Subscript.FindAttribute(value, name.Text());
        return found is Missing ? new Undefined($"'{PythonType.Name(value)} object' has no attribute '{name.Text()}'") : found;
    }

    private static string Format(object[] a)
    {
        var (positional, named) = ((PythonTuple)a[1], (PythonDictionary)a[2]);
        return positional.Items.Count > 0 && named.Count > 0
            ? throw new TemplateException("FilterArgumentError", "can't handle positional and keyword arguments at the same time")
            : PercentFormat.Format(a[0].Str(), named.Count > 0 ? named : positional);
    }

    private static string Indent(object value, object width, bool first, bool blank)
    {
        var text = value switch
        {
            string or Markup => PythonType.Text(value),
            Undefined undefined => throw undefined.Error(),
            _ => throw TemplateException.Type($"unsupported operand type(s) for +=: '{PythonType.Name(value)}' and 'str'"),
        };
        var by = PythonType.IsText(width) ? width.Text() : (string)Operators.Multiply(" ", new BigInteger(width.Int(4)));
        var lines = TextSplitting.Lines(text + "\n", keepEnds: false).ToArray();
        Budget.SpendText(text.Length + ((long)by.Length * lines.Length));
        var indented = lines.Select((line, i) => i == 0 || (line.Length == 0 && !blank) ? line : by + line);
        return (first ? by : "") + string.Join('\n', indented);
    }

    private static string Json(object[] a)
    {
        var indent = a[2] switch
        {
            Missing or None => null,
            string or Markup => a[2].Text(),
            _ => (string)Operators.Multiply(" ", PythonType.Integer(a[2])),
        };
        List<object> separators = a[3].IsGiven() ? PythonType.List(a[3]) : [indent is null ? ", " : ",", ": "];
        return separators.Count == 2
            ? PythonJson.Write(a[0], new PythonJson(a[1].Flag(), indent, separators[0].Text(), separators[1].Text(), a[4].Flag()))
            : throw TemplateException.Value("separators must be two texts");
    }

    private static object Truncate(object value, int length, bool killWords, string end, int leeway)
    {
        if (length < CodePoints.Count(end) || leeway < 0)
        {
            throw new TemplateException("AssertionError", FormattableString.Invariant($"expected length >= {CodePoints.Count(end)}, got {length}"));
        }

        if (Length(value) <= (long)length + leeway)
        {
            return value;
        }

        var text = value.Text();
        var cut = CodePoints.Between(text, 0, length - CodePoints.Count(end));
        var space = killWords ? -1 : cut.LastIndexOf(' ');
        return (space >= 0 ? cut[..space] : cut) + end;
    }

    private static string TitleCase(string text)
    {
        Budget.Spend(1 + text.Length); // A word may be as short as a character.
        return string.Concat(WordStarts().Split(text).Where(part => part.Length > 0).Select(LetterCase.Capitalize));
    }

    private static BigInteger CountWords(string text)
    {
        Budget.SpendCharacters(text.Length);
        return Words().Count(text).Int();
    }

    [GeneratedRegex(@"\w+")]
    private static partial Regex Words();

    [GeneratedRegex(@"([-\s({\[<]+)")]
    private static partial Regex WordStarts();
}

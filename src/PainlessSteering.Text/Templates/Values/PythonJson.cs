using System.Globalization;
using System.Numerics;
using System.Text;

namespace PainlessSteering.Text.Templates.Values;

/// <summary>Python's <c>json.dumps</c>.</summary>
/// <param name="escapeAll">Only ASCII comes out (<c>ensure_ascii</c>).</param>
/// <param name="indent">What a level is indented by; null keeps all on one line.</param>
/// <param name="itemSeparator">Stands between items; a line break follows where there is an indent.</param>
/// <param name="keySeparator">Stands between key and value.</param>
/// <param name="sortKeys">Whether the keys are sorted.</param>
internal sealed class PythonJson(bool escapeAll, string? indent, string itemSeparator, string keySeparator, bool sortKeys)
{
    private readonly StringBuilder text = new();

    public static string Write(object value, PythonJson format)
    {
        format.Write(value, 0);
        return format.text.ToString();
    }

    private void Write(object value, int depth)
    {
        Budget.SpendAt(depth);
        Budget.LimitText(text.Length);
        switch (value)
        {
            case string or Markup:
                Quote(PythonType.Text(value));
                break;
            case None or bool or BigInteger or double:
                text.Append(Plain(value));
                break;
            case PythonList or PythonTuple:
                var items = ((PythonSequence)value).Items;
                WriteAll('[', items, ']', depth, item => Write(item, depth + 1));
                break;
            case PythonDictionary dictionary:
                IEnumerable<PythonTuple> entries = sortKeys ? Comparison.Sort(dictionary.Items, entry => entry.Items[0]) : dictionary.Items;
                WriteAll('{', [.. entries], '}', depth, entry => WriteEntry(entry.Items[0], entry.Items[1], depth + 1));
                break;
            default:
                throw TemplateException.Type($"Object of type {PythonType.Name(value)} is not JSON serializable");
        }
    }

    private void WriteEntry(object key, object value, int depth)
    {
        Quote(key switch
        {
            string or Markup => PythonType.Text(key),
            None or bool or BigInteger or double => Plain(key),
            _ => throw TemplateException.Type($"keys must be str, int, float, bool or None, not {PythonType.Name(key)}"),
        });
        Budget.SpendText(keySeparator.Length);
        text.Append(keySeparator);
        Write(value, depth);
    }

    private void WriteAll<T>(char open, IReadOnlyCollection<T> items, char close, int depth, Action<T> write)
    {
        text.Append(open);
        var first = true;
        foreach (var item in items)
        {
            Budget.SpendText(itemSeparator.Length);
            text.Append(first ? "" : itemSeparator);
            BreakLine(depth + 1);
            write(item);
            first = false;
        }

        if (!first)
        {
            BreakLine(depth);
        }

        text.Append(close);
    }

    private void BreakLine(int depth)
    {
        if (indent is not null)
        {
            Budget.SpendText((long)indent.Length * depth);
            text.Append('\n').Insert(text.Length, indent, depth);
        }
    }

    private static string Plain(object value) => value switch
    {
        None => "null",
        bool flag => flag ? "true" : "false",
        double number => double.IsNaN(number) ? "NaN" : double.IsInfinity(number) ? (number > 0 ? "Infinity" : "-Infinity") : PythonText.Float(number),
        _ => PythonText.Digits((BigInteger)value),
    };

    private void Quote(string value)
    {
        Budget.SpendText(value.Length);
        var before = text.Length;
        text.Append('"');
        foreach (var character in value)
        {
            _ = character switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\f' => text.Append("\\f"),
                '\b' => text.Append("\\b"),
                < ' ' => Escape(character),
                > '~' when escapeAll => Escape(character),
                _ => text.Append(character),
            };
        }

        text.Append('"');
        Budget.SpendCharacters(text.Length - before - value.Length); // What escapes have added.
        Budget.LimitText(text.Length);
    }

    private StringBuilder Escape(char character) => text.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture));
}

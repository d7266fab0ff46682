using System.Globalization;
using System.Text;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>Python's <c>str.format</c>: <c>{}</c>, <c>{0}</c>, <c>{name.attribute[key]!r:&gt;10.2f}</c>.</summary>
internal sealed class BraceFormat(IReadOnlyList<object> positional, PythonDictionary named)
{
    private const int DeepestSpec = 2;
    private int next;

    public static string Format(string format, IReadOnlyList<object> positional, PythonDictionary named) => new BraceFormat(positional, named).Fill(format, 0);

    private string Fill(string format, int depth)
    {
        if (depth > DeepestSpec)
        {
            throw TemplateException.Value("Max string recursion exceeded");
        }

        var text = new StringBuilder();
        for (var at = 0; at < format.Length;)
        {
            Budget.Spend();
            var character = format[at++];
            if (character is '{' or '}' && at < format.Length && format[at] == character)
            {
                text.Append(character);
                at++;
            }
            else if (character == '{')
            {
                var end = End(format, at);
                text.Append(Field(format[at..end], depth));
                at = end + 1;
            }
            else
            {
                text.Append(character == '}' ? throw TemplateException.Value("Single '}' encountered in format string") : character);
            }

            Budget.LimitText(text.Length);
        }

        return text.ToString();
    }

    /// <summary>Where the field ends that begins here; fields of the specification are nested in it.</summary>
    private static int End(string format, int at)
    {
        for (var open = 1; at < format.Length; at++)
        {
            open += format[at] == '{' ? 1 : format[at] == '}' ? -1 : 0;
            if (open == 0)
            {
                return at;
            }
        }

        throw TemplateException.Value("expected '}' before end of string");
    }

    private string Field(string field, int depth)
    {
        var bracket = 0;
        var split = 0;
        for (; split < field.Length && (bracket > 0 || field[split] is not (':' or '!')); split++)
        {
            bracket += field[split] == '[' ? 1 : field[split] == ']' ? -1 : 0;
        }

        var value = Value(field[..split]);
        if (split < field.Length && field[split] == '!')
        {
            if (split + 1 >= field.Length || (split + 2 < field.Length && field[split + 2] != ':'))
            {
                throw TemplateException.Value("expected ':' after conversion specifier");
            }

            value = field[split + 1] switch
            {
                's' => PythonText.Str(value),
                'r' or 'a' => PythonText.Repr(value),
                var other => throw TemplateException.Value($"Unknown conversion specifier {other}"),
            };
            split += 2;
        }

        return FormatSpec.Apply(value, split < field.Length ? Fill(field[(split + 1)..], depth + 1) : "");
    }

    private object Value(string path)
    {
        var end = path.IndexOfAny(['.', '[']) is >= 0 and var at ? at : path.Length;
        var name = path[..end];
        var value = First(name);
        while (end < path.Length)
        {
            if (path[end] == '.')
            {
                var stop = path.IndexOfAny(['.', '['], end + 1) is >= 0 and var dot ? dot : path.Length;
                value = Subscript.Attribute(value, path[(end + 1)..stop]);
                end = stop;
            }
            else
            {
                var stop = path.IndexOf(']', end);
                var key = stop < 0 ? throw TemplateException.Value("Missing ']' in format string") : path[(end + 1)..stop];
                value = Subscript.Item(value, key.Length > 0 && key.All(char.IsAsciiDigit) ? NumberParsing.Index(key) : key);
                end = stop + 1;
            }
        }

        return value;
    }

    private object First(string name)
    {
        if (name.Length == 0 || name.All(char.IsAsciiDigit))
        {
            var index = name.Length == 0 ? next++ : int.TryParse(name, CultureInfo.InvariantCulture, out var given) ? given : int.MaxValue;
            return index < positional.Count
                ? positional[index]
                : throw new TemplateException("IndexError", FormattableString.Invariant($"Replacement index {index} out of range for positional args tuple"));
        }

        return named.Get(name) is var value && value is Missing ? throw new TemplateException("KeyError", PythonText.Repr(name)) : value;
    }
}

using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace PainlessSteering.Data;

/// <summary>Reads lists and dictionaries as Python and NumPy print them, such as <c>['a', "b's"]</c>, <c>['a' 'b']</c> or <c>{'text': array(['a', 'b'], dtype=object)}</c>.</summary>
/// <remarks>Only literals: nothing is computed. What is shortened with <c>...</c> is none, since it has lost entries.</remarks>
internal sealed class PythonLiteral
{
    private const int Depth = 64;

    private static readonly string[] Calls = ["array", "np.array", "numpy.array", "list", "tuple"];

    /// <summary>What another value would begin or end with.</summary>
    private static readonly SearchValues<char> Opening = SearchValues.Create("[]{}('");

    private readonly string _text;
    private int _at;

    private PythonLiteral(string text) => _text = text;

    /// <summary>The list or dictionary that a cell is, as JSON; null where it is none.</summary>
    public static JsonNode? Read(string cell)
    {
        var reader = new PythonLiteral(cell);
        try
        {
            reader.SkipBlanks();
            var value = reader.Value(0);
            reader.SkipBlanks();
            return reader._at == cell.Length && value is JsonArray or JsonObject ? value : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private char Next => _at < _text.Length ? _text[_at] : '\0';

    private JsonNode? Value(int depth)
    {
        if (depth > Depth)
        {
            throw new FormatException();
        }

        if (IsText(out var raw))
        {
            return Text(raw);
        }

        switch (Next)
        {
            case '[' or '(':
                return List(_text[_at++] == '[' ? ']' : ')', depth);
            case '{':
                _at++;
                return Dictionary(depth);
            default:
                return Word(depth);
        }
    }

    /// <summary>Entries parted by commas, or in NumPy's print by blanks.</summary>
    private JsonArray List(char end, int depth)
    {
        var entries = new JsonArray();
        for (SkipBlanks(); !Take(end); SkipBlanks())
        {
            entries.Add(Value(depth + 1));
            SkipBlanks();
            Take(',');
        }

        return entries;
    }

    private JsonObject Dictionary(int depth)
    {
        var fields = new JsonObject();
        for (SkipBlanks(); !Take('}'); SkipBlanks())
        {
            var key = Value(depth + 1);
            SkipBlanks();
            if (key is not JsonValue || !Take(':'))
            {
                throw new FormatException();
            }

            SkipBlanks();
            if (!fields.TryAdd(key.ToString(), Value(depth + 1)))
            {
                throw new FormatException();
            }

            SkipBlanks();
            if (!Take(',') && Next != '}')
            {
                throw new FormatException();
            }
        }

        return fields;
    }

    private JsonNode? Word(int depth)
    {
        var start = _at;
        while (char.IsLetterOrDigit(Next) || Next is '.' or '_' or '-' or '+')
        {
            _at++;
        }

        var word = _text[start.._at];
        if (Calls.Contains(word) && Take('('))
        {
            return Call(depth);
        }

        return word switch
        {
            "None" or "nan" or "null" or "NaN" => null,
            "True" or "true" => true,
            "False" or "false" => false,
            _ => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? JsonNode.Parse(Digits(word, number)) : throw new FormatException(),
        };
    }

    /// <summary>A number as JSON writes it, with its digits.</summary>
    private static string Digits(string word, double number) =>
        long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole.ToString(CultureInfo.InvariantCulture) : number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>What an array is made of; what follows, such as <c>dtype=object</c>, says nothing about the entries.</summary>
    private JsonNode? Call(int depth)
    {
        SkipBlanks();
        var value = Value(depth + 1);
        var end = _text.IndexOf(')', _at);
        if (end < 0 || _text.AsSpan(_at, end - _at).ContainsAny(Opening))
        {
            throw new FormatException();
        }

        _at = end + 1;
        return value;
    }

    private bool IsText(out bool raw)
    {
        var prefix = 0;
        while (prefix < 2 && _at + prefix < _text.Length && _text[_at + prefix] is 'u' or 'r' or 'U' or 'R')
        {
            prefix++;
        }

        raw = _text.AsSpan(_at, prefix).ContainsAny('r', 'R');
        if (_at + prefix >= _text.Length || _text[_at + prefix] is not ('\'' or '"'))
        {
            return false;
        }

        _at += prefix;
        return true;
    }

    private string Text(bool raw)
    {
        var quote = _text[_at++];
        var text = new StringBuilder();
        while (Next != quote)
        {
            if (_at >= _text.Length)
            {
                throw new FormatException();
            }

            var c = _text[_at++];
            if (c != '\\' || raw)
            {
                text.Append(c);
            }
            else
            {
                Escape(text);
            }
        }

        _at++;
        return text.ToString();
    }

    private void Escape(StringBuilder text)
    {
        if (_at >= _text.Length)
        {
            throw new FormatException();
        }

        var c = _text[_at++];
        switch (c)
        {
            case 'n':
                text.Append('\n');
                break;
            case 't':
                text.Append('\t');
                break;
            case 'r':
                text.Append('\r');
                break;
            case '\n': // The line goes on.
                break;
            case 'x':
                text.Append((char)Code(2));
                break;
            case 'u':
                text.Append((char)Code(4));
                break;
            case 'U':
                text.Append(Code(8) is var code && Rune.IsValid(code) ? char.ConvertFromUtf32(code) : throw new FormatException());
                break;
            case '\\' or '\'' or '"':
                text.Append(c);
                break;
            default:
                text.Append('\\').Append(c); // As Python does.
                break;
        }
    }

    private int Code(int digits)
    {
        if (_at + digits > _text.Length || !int.TryParse(_text.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            throw new FormatException();
        }

        _at += digits;
        return code;
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
    }

    private bool Take(char wanted)
    {
        if (Next != wanted || _at >= _text.Length)
        {
            return false;
        }

        _at++;
        return true;
    }
}

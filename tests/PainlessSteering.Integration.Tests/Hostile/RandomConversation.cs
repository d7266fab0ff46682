using System.Globalization;
using System.Text;

namespace PainlessSteering.Tests.Hostile;

/// <summary>
/// Writes the JSON of a conversation that no client would send: the shapes of the OpenAI API with anything in their places, deep, long, many, twice or
/// of another kind. The same seed writes the same text.
/// </summary>
internal sealed class RandomConversation(int seed)
{
    private const int MostCharacters = 3_500_000; // Of a body; the server takes 4 MiB.

    private static readonly string[] Roles =
        ["user", "user", "assistant", "assistant", "system", "tool", "function", "developer", "observer", "USER", "", " ", "use\\u0000r", "{{ x }}", "<|im_start|>", "\\ud83d\\ude42", "\\ud800", "用户"];

    private static readonly string[] Plain = ["user", "assistant", "system"];

    private static readonly string[] Words = ["a", "Hi", "é", "🙂", "\\n", "\\u0000", "\\ud800", "\\\"", "<|im_end|>", "{{ 1 / 0 }}", "{% raw %}", "</s>", " ", "\\u202e", "0", "%s", "'", "ﷺ"];

    private static readonly string[] PartTypes = ["text", "text", "input_text", "output_text", "refusal", "image_url", "input_audio", "file", "tool_use", "", "text\\u0000"];

    private readonly Random _random = new(seed);
    private readonly StringBuilder _text = new();
    private readonly int _calm = (seed % 3) switch { 0 => 1, 1 => 5, _ => 50 }; // How seldom something is odd: what is all odd is refused before a template sees it.

    /// <summary>The body of a request, which standard input of the tool takes too.</summary>
    public string Write()
    {
        var few = 1 + _random.Next(8);
        _text.Append("{\"model\":\"m\",\"messages\":[");
        List(Odd(6) ? 12_000 : few, Message);
        _text.Append(']');
        if (_random.Next(2) == 0)
        {
            _text.Append(",\"tools\":[");
            List(Odd(8) ? 1_500 : 1 + _random.Next(3), Tool);
            _text.Append(']');
        }

        if (Odd(4))
        {
            _text.Append(",\"chat_template_kwargs\":{\"").Append(Pick(["enable_thinking", "messages", "x", "self", "loop", "range"])).Append("\":");
            Anything();
            _text.Append('}');
        }

        return _text.Append('}').ToString();
    }

    private void Message()
    {
        if (Odd(20))
        {
            Anything();
            return;
        }

        _text.Append("{\"role\":");
        Role();
        if (!Odd(12))
        {
            _text.Append(",\"content\":");
            Content();
        }

        if (_random.Next(3) == 0)
        {
            _text.Append(",\"tool_calls\":");
            Calls();
        }

        if (Odd(8))
        {
            _text.Append(",\"function_call\":");
            Function();
        }

        foreach (var key in new[] { "name", "refusal", "audio", "tool_call_id", "reasoning_content", "content", "__class__" })
        {
            if (Odd(12))
            {
                _text.Append(",\"").Append(key).Append("\":");
                Anything();
            }
        }

        if (Odd(25))
        {
            _text.Append(',');
            List(_random.Next(2) == 0 ? 150 : 20_000, () => _text.Append(CultureInfo.InvariantCulture, $"\"k{_text.Length}\":1"));
        }

        _text.Append('}');
    }

    private void Role()
    {
        if (Odd(15))
        {
            Anything();
        }
        else
        {
            _text.Append('"').Append(Odd(2) ? Pick(Roles) : Pick(Plain)).Append(Odd(20) ? _text.Length.ToString(CultureInfo.InvariantCulture) : "").Append('"');
        }
    }

    private void Content()
    {
        switch (_random.Next(8))
        {
            case 0 when Odd(1):
                Anything();
                break;
            case 0 or 1 or 2 or 3:
                Text();
                break;
            default:
                _text.Append('[');
                List(Odd(10) ? 50_000 : _random.Next(4), Part);
                _text.Append(']');
                break;
        }
    }

    private void Part()
    {
        if (Odd(10))
        {
            Anything();
            return;
        }

        _text.Append("{\"type\":\"").Append(Odd(1) ? Pick(PartTypes) : "text").Append("\",\"").Append(Odd(3) ? Pick(["content", "refusal", "image_url"]) : "text").Append("\":");
        if (Odd(6))
        {
            Anything();
        }
        else
        {
            Text();
        }

        _text.Append('}');
    }

    private void Calls()
    {
        if (Odd(8))
        {
            Anything();
            return;
        }

        _text.Append('[');
        List(Odd(12) ? 2_000 : _random.Next(4), () =>
        {
            _text.Append("{\"id\":\"c\",\"type\":\"function\",\"function\":");
            Function();
            _text.Append('}');
        });
        _text.Append(']');
    }

    private void Function()
    {
        _text.Append("{\"name\":");
        Text();
        _text.Append(",\"arguments\":");
        switch (_random.Next(5))
        {
            case 0 when Odd(1):
                Anything();
                break;
            case 0 or 1:
                _text.Append("\"{\\\"x\\\": [1.5, null]}\"");
                break;
            case 2 when Odd(1): // A text that is JSON, and deep.
                _text.Append('"').Append('[', Size()).Append('"');
                break;
            default:
                Text();
                break;
        }

        _text.Append('}');
    }

    private void Tool()
    {
        _text.Append("{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":");
        Text();
        _text.Append(",\"parameters\":");
        Anything();
        _text.Append("}}");
    }

    private void Anything()
    {
        switch (_random.Next(10))
        {
            case 0:
                _text.Append("null");
                break;
            case 1:
                _text.Append(Pick(["true", "0", "-1", "1e308", "1e999", "12345678901234567890123", "0.1", "-0"]));
                break;
            case 2:
                _text.Append("[]");
                break;
            case 3:
                _text.Append("{}");
                break;
            case 4: // Deep: about the limit of levels, or far beyond.
                var depth = Pick([30, 56, 64, 100, 100_000]);
                var list = _random.Next(2) == 0;
                for (var i = 0; i < depth; i++)
                {
                    _text.Append(list ? "[" : "{\"a\":");
                }

                _text.Append('1').Append(list ? ']' : '}', depth);
                break;
            case 5:
                _text.Append('[');
                List(Math.Min(Size(), 300_000), () => _text.Append('1'));
                _text.Append(']');
                break;
            default:
                Text();
                break;
        }
    }

    private void Text()
    {
        var word = Odd(1) ? Pick(Words) : "a";
        _text.Append('"');
        _text.Insert(_text.Length, word, Math.Max(0, Math.Min(Size(), (MostCharacters - _text.Length) / word.Length)));
        _text.Append('"');
    }

    /// <summary>True once in so many times, and more seldom in a calm conversation.</summary>
    private bool Odd(int times) => _random.Next(times * _calm) == 0;

    private int Size() => !Odd(1) ? _random.Next(40) : Pick([0, 1, 1, 2, 5, 5, 40, 40, 1_000, 70_000, 1_500_000]);

    /// <summary>Entries with commas between them, as many as there is room for.</summary>
    private void List(int count, Action entry)
    {
        for (var i = 0; i < count && (i == 0 || _text.Length < MostCharacters); i++)
        {
            _text.Append(i == 0 ? "" : ",");
            entry();
        }
    }

    private T Pick<T>(T[] from) => from[_random.Next(from.Length)];
}

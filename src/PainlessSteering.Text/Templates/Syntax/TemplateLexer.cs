using System.Text.RegularExpressions;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Syntax;

/// <summary>
/// Parts a template into data and tags, with the options that transformers sets: the first line break after a block tag goes away
/// (<c>trim_blocks</c>), and so does the space before one that begins its line (<c>lstrip_blocks</c>).
/// </summary>
internal sealed partial class TemplateLexer
{
    private readonly string source;
    private readonly List<TemplateToken> tokens = [];
    private readonly LineCounter lines;
    private int at;
    private bool lineStarting = true;

    private TemplateLexer(string source)
    {
        this.source = source;
        lines = new LineCounter(source);
    }

    public static List<TemplateToken> Tokenize(string template)
    {
        var source = template.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        var lexer = new TemplateLexer(source.EndsWith('\n') ? source[..^1] : source);
        lexer.Run();
        return lexer.tokens;
    }

    private void Run()
    {
        while (at < source.Length)
        {
            var begin = NextTag(at);
            if (begin < 0)
            {
                Add(TokenKind.Data, source[at..], at);
                break;
            }

            if (RawBegin().Match(source, begin) is { Success: true } raw)
            {
                AddData(begin, SignAt(begin + 2), lstrip: true);
                Move(raw.Index + raw.Length);
                AddRaw();
                continue;
            }

            var (kind, start) = (source[begin + 1], at);
            var sign = SignAt(begin + 2);
            AddData(begin, sign, lstrip: kind != '{');
            var inside = begin + 2 + (sign == ' ' ? 0 : 1);
            lineStarting = false;
            at = inside;
            switch (kind)
            {
                case '#':
                    SkipComment(begin);
                    break;
                case '{':
                    Add(TokenKind.VariableBegin, "{{", begin);
                    AddTag(TokenKind.VariableEnd, VariableEnd());
                    break;
                default:
                    Add(TokenKind.BlockBegin, "{%", begin);
                    AddTag(TokenKind.BlockEnd, BlockEnd());
                    break;
            }
        }

        tokens.Add(new TemplateToken(TokenKind.End, "", lines.At(source.Length)));
    }

    private int NextTag(int from)
    {
        for (var brace = source.IndexOf('{', from); brace >= 0 && brace + 1 < source.Length; brace = source.IndexOf('{', brace + 1))
        {
            if (source[brace + 1] is '%' or '{' or '#')
            {
                return brace;
            }
        }

        return -1;
    }

    private char SignAt(int index) => index < source.Length && source[index] is '-' or '+' ? source[index] : ' ';

    private void Move(int to)
    {
        lineStarting = to > 0 && source[to - 1] == '\n';
        at = to;
    }

    private void AddRaw()
    {
        for (var end = source.IndexOf("{%", at, StringComparison.Ordinal); end >= 0; end = source.IndexOf("{%", end + 1, StringComparison.Ordinal))
        {
            if (RawEnd().Match(source, end) is { Success: true } match)
            {
                AddData(end, SignAt(end + 2), lstrip: true);
                Move(match.Index + match.Length);
                return;
            }
        }

        throw TemplateException.Syntax("Missing end of raw directive", lines.At(at));
    }

    private void SkipComment(int begin)
    {
        var close = source.IndexOf("#}", at, StringComparison.Ordinal);
        if (close < 0)
        {
            throw TemplateException.Syntax("Missing end of comment tag", lines.At(begin));
        }

        var sign = close > at && source[close - 1] is '-' or '+' ? source[close - 1] : ' ';
        var end = close + 2;
        if (sign == '-')
        {
            while (end < source.Length && CodePoints.IsSpace(source[end]))
            {
                end++;
            }
        }
        else if (sign == ' ' && end < source.Length && source[end] == '\n')
        {
            end++;
        }

        Move(end);
    }

    /// <summary>Adds the text before a tag, without the space that the tag takes away.</summary>
    private void AddData(int end, char sign, bool lstrip)
    {
        var text = source[at..end];
        if (sign == '-')
        {
            text = text[..(text.Length - Trailing(text, 0))];
        }
        else if (sign == ' ' && lstrip)
        {
            var line = text.LastIndexOf('\n') + 1;
            if ((line > 0 || lineStarting) && Trailing(text, line) == text.Length - line)
            {
                text = text[..line];
            }
        }

        Add(TokenKind.Data, text, at);
    }

    /// <summary>How many characters of whitespace end the text, not counting those before a place.</summary>
    private static int Trailing(string text, int from)
    {
        var start = text.Length;
        while (start > from && CodePoints.IsSpace(text[start - 1]))
        {
            start--;
        }

        return text.Length - start;
    }

    private void AddTag(TokenKind endKind, Regex endPattern)
    {
        var open = new Stack<char>();
        while (at < source.Length)
        {
            if (open.Count == 0 && endPattern.Match(source, at) is { Success: true } end)
            {
                Add(endKind, end.Value, at);
                Move(end.Index + end.Length);
                return;
            }

            if (CodePoints.IsSpace(source[at]))
            {
                at++;
                continue;
            }

            var line = lines.At(at);
            var (token, length) = TagScanner.Scan(source, at, line);
            if (token.Kind == TokenKind.Operator)
            {
                Balance(open, token);
            }

            tokens.Add(token);
            at += length;
        }
    }

    private static void Balance(Stack<char> open, TemplateToken token)
    {
        switch (token.Text)
        {
            case "(" or "[" or "{":
                open.Push(token.Text == "(" ? ')' : token.Text == "[" ? ']' : '}');
                break;
            case ")" or "]" or "}" when open.Count == 0:
                throw TemplateException.Syntax($"unexpected '{token.Text}'", token.Line);
            case ")" or "]" or "}" when open.Pop() is var expected && expected != token.Text[0]:
                throw TemplateException.Syntax($"unexpected '{token.Text}', expected '{expected}'", token.Line);
        }
    }

    private void Add(TokenKind kind, string text, int index)
    {
        if (text.Length > 0)
        {
            tokens.Add(new TemplateToken(kind, text, lines.At(index)));
        }
    }

    [GeneratedRegex(@"\G\{%[-+]?\s*raw\s*(?:-%\}\s*|%\})")]
    private static partial Regex RawBegin();

    [GeneratedRegex(@"\G\{%[-+]?\s*endraw\s*(?:\+%\}|-%\}\s*|%\}\n?)")]
    private static partial Regex RawEnd();

    [GeneratedRegex(@"\G(?:-\}\}\s*|\}\})")]
    private static partial Regex VariableEnd();

    [GeneratedRegex(@"\G(?:\+%\}|-%\}\s*|%\}\n?)")]
    private static partial Regex BlockEnd();
}

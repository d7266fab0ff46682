using System.Globalization;
using static PainlessSteering.Text.Patterns.PatternSyntax;

namespace PainlessSteering.Text.Patterns;

/// <summary>Reads Oniguruma's default syntax, without what needs captures (back references, conditions, calls).</summary>
internal sealed class PatternParser(string pattern) : PatternScanner(pattern)
{
    private const int DeepestNesting = 200;
    private int depth;
    private Options options;

    [Flags]
    private enum Options
    {
        None = 0,
        IgnoreCase = 1,
        DotMatchesNewline = 2,
        Extended = 4,
    }

    /// <exception cref="FormatException">Not a pattern, or a feature that is not supported.</exception>
    public PatternSyntax Parse()
    {
        var result = Alternatives();
        return at == text.Length ? result : throw Wrong("a ')' without '('");
    }

    private PatternSyntax Alternatives()
    {
        if (++depth > DeepestNesting)
        {
            throw Wrong("too deeply nested");
        }

        var outer = options;
        List<PatternSyntax> choices = [Sequence()];
        while (Take('|'))
        {
            choices.Add(Sequence());
        }

        options = outer;
        depth--;
        return choices.Count == 1 ? choices[0] : new Alternation(choices);
    }

    private PatternSyntax Sequence()
    {
        var parts = new List<PatternSyntax>();
        while (at < text.Length && text[at] is not ('|' or ')'))
        {
            if (options.HasFlag(Options.Extended) && SkipExtended())
            {
                continue;
            }

            var before = options;
            var part = Atom(out var rest);
            if (rest)
            {
                parts.Add(part);
                break;
            }

            options = before;
            parts.Add(Quantified(part));
        }

        return parts.Count == 1 ? parts[0] : new Concatenation(parts);
    }

    private bool SkipExtended()
    {
        if (char.IsWhiteSpace(text[at]))
        {
            at++;
            return true;
        }

        if (text[at] != '#')
        {
            return false;
        }

        while (at < text.Length && text[at] != '\n')
        {
            at++;
        }

        return true;
    }

    private PatternSyntax Quantified(PatternSyntax body)
    {
        while (at < text.Length)
        {
            var (least, most) = (0, int.MaxValue);
            var interval = false;
            if (Take('*'))
            {
            }
            else if (Take('+'))
            {
                least = 1;
            }
            else if (Take('?'))
            {
                most = 1;
            }
            else if (text[at] == '{' && Interval(ref least, ref most))
            {
                interval = true;
            }
            else
            {
                return body;
            }

            var exact = interval && least == most;
            var greed = !exact && Take('?') ? Greed.Lazy : !interval && Take('+') ? Greed.Possessive : Greed.Greedy;
            body = new Repetition(body, least, most, greed);
        }

        return body;
    }

    /// <summary>Reads {n}, {n,}, {,m} or {n,m}; anything else stays a literal brace.</summary>
    private bool Interval(ref int least, ref int most)
    {
        const int Largest = 100_000;
        var close = text.IndexOf('}', at);
        var bounds = close < 0 ? [] : text[(at + 1)..close].Split(',');
        if (bounds.Length is not (1 or 2) || !bounds.All(b => b.All(char.IsAsciiDigit)) || bounds.All(b => b.Length == 0))
        {
            return false;
        }

        var low = bounds[0].Length == 0 ? 0 : Number(bounds[0]);
        var high = bounds.Length == 1 ? low : bounds[1].Length == 0 ? int.MaxValue : Number(bounds[1]);
        if (low > high)
        {
            throw Wrong("an interval whose bounds are swapped");
        }

        (least, most, at) = (low, high, close + 1);
        return true;

        int Number(string digits) => int.TryParse(digits, CultureInfo.InvariantCulture, out var n) && n <= Largest ? n : throw Wrong("too large a count");
    }

    /// <param name="rest">Whether this was the rest of the sequence, under options set inside it.</param>
    private PatternSyntax Atom(out bool rest)
    {
        rest = false;
        var c = NextCodePoint();
        switch (c)
        {
            case '(':
                return Group(out rest);
            case '[':
                return new Set(new PatternClassParser(this).Parse());
            case '.':
                return options.HasFlag(Options.DotMatchesNewline) ? new Set(new(_ => true)) : new Set(new(x => x != '\n'));
            case '^':
                return new Assertion(Place.LineStart);
            case '$':
                return new Assertion(Place.LineEnd);
            case '*' or '+' or '?':
                throw Wrong("nothing to repeat");
            case '\\':
                return Escape();
            default:
                return new Set(Fold(new(x => x == c)));
        }
    }

    private PatternSyntax Escape()
    {
        if (at == text.Length)
        {
            throw Wrong("a '\\' at the end");
        }

        Place? place = text[at] switch
        {
            'A' => Place.TextStart,
            'z' => Place.TextEnd,
            'Z' => Place.TextEndOrLastNewline,
            'G' => Place.SearchStart,
            'b' => Place.WordBoundary,
            'B' => Place.NotWordBoundary,
            _ => null,
        };
        if (place is { } known)
        {
            at++;
            return new Assertion(known);
        }

        if (Take('R'))
        {
            var newline = new Set(new(c => c is (>= '\n' and <= '\r') or 0x85 or 0x2028 or 0x2029));
            return new Atomic(new Alternation([new Concatenation([new Set(CharacterClass.Of('\r')), new Set(CharacterClass.Of('\n'))]), newline]));
        }

        if (text[at] is (>= '1' and <= '9') or 'k' or 'g' or 'K' or 'X' or 'y' or 'Y')
        {
            throw Wrong($"'\\{text[at]}' is not supported");
        }

        if (text[at] is 'w' or 'W')
        {
            return new Set(text[at++] == 'w' ? UnicodeSets.LooseWord : UnicodeSets.LooseWord.Negated());
        }

        return new Set(EscapedClass() ?? Fold(CharacterClass.Of(EscapedCodePoint())));
    }

    private PatternSyntax Group(out bool rest)
    {
        rest = false;
        if (!Take('?'))
        {
            return Close(Alternatives());
        }

        if (Take('#'))
        {
            at = text.IndexOf(')', at) is var end and >= 0 ? end + 1 : throw Wrong("a comment without ')'");
            return Empty;
        }

        if (Take(':'))
        {
            return Close(Alternatives());
        }

        if (Take('='))
        {
            return Close(new Look(Alternatives(), Ahead: true, Negated: false));
        }

        if (Take('!'))
        {
            return Close(new Look(Alternatives(), Ahead: true, Negated: true));
        }

        if (Take('>'))
        {
            return Close(new Atomic(Alternatives()));
        }

        if (Take('<'))
        {
            if (Take('='))
            {
                return Close(new Look(Alternatives(), Ahead: false, Negated: false));
            }

            if (Take('!'))
            {
                return Close(new Look(Alternatives(), Ahead: false, Negated: true));
            }

            at = text.IndexOf('>', at) is var end and >= 0 ? end + 1 : throw Wrong("a group name without '>'");
            return Close(Alternatives());
        }

        return OptionGroup(out rest);
    }

    /// <summary>(?imx-imx: ...), or (?imx-imx) which holds to the end of the enclosing group.</summary>
    private PatternSyntax OptionGroup(out bool rest)
    {
        rest = false;
        var outer = options;
        for (var on = true; at < text.Length; at++)
        {
            Options option;
            switch (text[at])
            {
                case '-':
                    on = false;
                    continue;
                case 'i':
                    option = Options.IgnoreCase;
                    break;
                case 'm':
                    option = Options.DotMatchesNewline;
                    break;
                case 'x':
                    option = Options.Extended;
                    break;
                case ':':
                    at++;
                    var body = Close(Alternatives());
                    options = outer;
                    return body;
                case ')':
                    at++;
                    rest = true;
                    return Alternatives();
                default:
                    throw Wrong($"'(?{text[at]}' is not supported");
            }

            options = on ? options | option : options & ~option;
        }

        throw Wrong("a '(' without ')'");
    }

    private PatternSyntax Close(PatternSyntax syntax) => Take(')') ? syntax : throw Wrong("a '(' without ')'");

    /// <summary>Adds the other cases of every member where case is ignored here.</summary>
    public CharacterClass Fold(CharacterClass set) => options.HasFlag(Options.IgnoreCase) ? CaseFolding.Close(set) : set;
}

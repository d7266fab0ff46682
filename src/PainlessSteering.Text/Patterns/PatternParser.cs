using System.Globalization;

namespace PainlessSteering.Text.Patterns;

/// <summary>Reads Oniguruma's default syntax, without what needs captures (back references, conditions, calls).</summary>
internal sealed class PatternParser(string pattern)
{
    private const int DeepestNesting = 200;
    private const int LongestPattern = 20_000;
    private readonly PatternCursor source = new(pattern);
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
        if (pattern.Length > LongestPattern)
        {
            throw new FormatException(FormattableString.Invariant($"it has more than {LongestPattern} characters"));
        }

        var result = Alternatives();
        return source.AtEnd ? result : throw source.Wrong("a ')' without '('");
    }

    private PatternSyntax Alternatives()
    {
        if (++depth > DeepestNesting)
        {
            throw source.Wrong("too deeply nested");
        }

        var outer = options;
        List<PatternSyntax> choices = [Sequence()];
        while (source.Take('|'))
        {
            choices.Add(Sequence());
        }

        options = outer;
        depth--;
        return choices.Count == 1 ? choices[0] : new PatternSyntax.Alternation(choices);
    }

    private PatternSyntax Sequence()
    {
        var parts = new List<PatternSyntax>();
        while (!source.AtEnd && source.Peek() is not ('|' or ')'))
        {
            if (options.HasFlag(Options.Extended) && SkipExtended())
            {
                continue;
            }

            var part = Atom(out var isRest);
            parts.Add(isRest ? part : Quantified(part));
        }

        return parts.Count == 1 ? parts[0] : new PatternSyntax.Concatenation(parts);
    }

    private bool SkipExtended()
    {
        if (source.Peek() == '#')
        {
            source.TakeWhile(c => c != '\n', int.MaxValue);
            return true;
        }

        return source.TakeWhile(char.IsWhiteSpace, int.MaxValue).Length > 0;
    }

    private PatternSyntax Quantified(PatternSyntax body)
    {
        while (true)
        {
            var (least, most, isInterval) = (0, int.MaxValue, false);
            if (source.Take('+'))
            {
                least = 1;
            }
            else if (source.Take('?'))
            {
                most = 1;
            }
            else if (!source.Take('*') && !(isInterval = Interval(ref least, ref most)))
            {
                return body;
            }

            // A '?' after {n} and a '+' after any interval are quantifiers of their own.
            var greed = !(isInterval && least == most) && source.Take('?') ? Greed.Lazy : !isInterval && source.Take('+') ? Greed.Possessive : Greed.Greedy;
            body = new PatternSyntax.Repetition(body, least, most, greed);
        }
    }

    /// <summary>Reads {n}, {n,}, {,m} or {n,m}; anything else stays a literal brace.</summary>
    private bool Interval(ref int least, ref int most)
    {
        const int Largest = 100_000;
        var mark = source.Mark();
        var bounds = source.Take('{') && source.TakeUntil("}") is { } inside ? inside.Split(',') : [];
        if (bounds.Length is not (1 or 2) || !bounds.All(b => b.All(char.IsAsciiDigit)) || bounds.All(b => b.Length == 0))
        {
            source.Return(mark);
            return false;
        }

        least = bounds[0].Length == 0 ? 0 : Number(bounds[0]);
        most = bounds.Length == 1 ? least : bounds[1].Length == 0 ? int.MaxValue : Number(bounds[1]);
        return least <= most ? true : throw source.Wrong("an interval whose bounds are swapped");

        int Number(string digits) => int.TryParse(digits, CultureInfo.InvariantCulture, out var n) && n <= Largest ? n : throw source.Wrong("too large a count");
    }

    /// <param name="isRest">Whether this was all the rest of the sequence, under options set inside it.</param>
    private PatternSyntax Atom(out bool isRest)
    {
        isRest = false;
        var c = source.Next();
        return c switch
        {
            '(' => Group(out isRest),
            '[' => new PatternSyntax.Set(new PatternClassParser(source, options.HasFlag(Options.IgnoreCase)).Parse()),
            '.' => new PatternSyntax.Set(new(options.HasFlag(Options.DotMatchesNewline) ? _ => true : x => x != '\n')),
            '^' => new PatternSyntax.Assertion(Place.LineStart),
            '$' => new PatternSyntax.Assertion(Place.LineEnd),
            '*' or '+' or '?' => throw source.Wrong("nothing to repeat"),
            '\\' => Escape(),
            _ => Literal(c),
        };
    }

    private PatternSyntax.Set Literal(int c) => new(options.HasFlag(Options.IgnoreCase) ? CaseFolding.Close(CharacterClass.Of(c)) : CharacterClass.Of(c));

    private PatternSyntax Escape()
    {
        var c = source.Peek();
        Place? place = c switch
        {
            'A' => Place.TextStart,
            'z' => Place.TextEnd,
            'Z' => Place.TextEndOrLastNewline,
            'G' => Place.SearchStart,
            'b' => Place.WordBoundary,
            'B' => Place.NotWordBoundary,
            _ => null,
        };
        if (place is not null || c is 'R' or 'w' or 'W')
        {
            source.Take(c);
        }

        return c switch
        {
            _ when place is { } known => new PatternSyntax.Assertion(known),
            'R' => AnyNewline(),
            'w' => new PatternSyntax.Set(UnicodeSets.LooseWord),
            'W' => new PatternSyntax.Set(UnicodeSets.LooseWord.Negated()),
            'k' or 'g' or 'K' or 'X' or 'y' or 'Y' => throw source.Wrong($"'\\{c}' is not supported"),
            _ => PatternEscapes.Set(source) is { } set ? new PatternSyntax.Set(set) : Literal(PatternEscapes.Character(source)),
        };
    }

    private static PatternSyntax.Atomic AnyNewline()
    {
        var single = new PatternSyntax.Set(new(c => c is (>= '\n' and <= '\r') or 0x85 or 0x2028 or 0x2029));
        var pair = new PatternSyntax.Concatenation([new PatternSyntax.Set(CharacterClass.Of('\r')), new PatternSyntax.Set(CharacterClass.Of('\n'))]);
        return new PatternSyntax.Atomic(new PatternSyntax.Alternation([pair, single]));
    }

    private PatternSyntax Group(out bool isRest)
    {
        isRest = false;
        if (!source.Take('?') || source.Take(':'))
        {
            return Close(Alternatives());
        }

        if (source.Take('='))
        {
            return Close(new PatternSyntax.Look(Alternatives(), Ahead: true, Negated: false));
        }

        if (source.Take('!'))
        {
            return Close(new PatternSyntax.Look(Alternatives(), Ahead: true, Negated: true));
        }

        if (source.Take("<="))
        {
            return Close(new PatternSyntax.Look(Alternatives(), Ahead: false, Negated: false));
        }

        if (source.Take("<!"))
        {
            return Close(new PatternSyntax.Look(Alternatives(), Ahead: false, Negated: true));
        }

        if (source.Take('>'))
        {
            return Close(new PatternSyntax.Atomic(Alternatives()));
        }

        if (source.Take('<'))
        {
            return source.TakeUntil(">") is null ? throw source.Wrong("a group name without '>'") : Close(Alternatives());
        }

        if (source.Take('#'))
        {
            return source.TakeUntil(")") is null ? throw source.Wrong("a comment without ')'") : PatternSyntax.Empty;
        }

        return OptionGroup(out isRest);
    }

    /// <summary>(?imx-imx: ...), or (?imx-imx) which holds to the end of the enclosing group.</summary>
    private PatternSyntax OptionGroup(out bool isRest)
    {
        var outer = options;
        var on = true;
        while (source.Peek() is not (':' or ')'))
        {
            var c = source.Next();
            Options option = c switch
            {
                'i' => Options.IgnoreCase,
                'm' => Options.DotMatchesNewline,
                'x' => Options.Extended,
                '-' => Options.None,
                _ => throw source.Wrong($"'(?{char.ConvertFromUtf32(c)}' is not supported"),
            };
            on &= c != '-';
            options = on ? options | option : options & ~option;
        }

        isRest = source.Take(')');
        if (isRest)
        {
            return Alternatives(); // Its end is the end of the enclosing group, which puts the options back.
        }

        source.Take(':');
        var body = Close(Alternatives());
        options = outer;
        return body;
    }

    private PatternSyntax Close(PatternSyntax syntax) => source.Take(')') ? syntax : throw source.Wrong("a '(' without ')'");
}

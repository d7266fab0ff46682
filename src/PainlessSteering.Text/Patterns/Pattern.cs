using static PainlessSteering.Text.Patterns.PatternSyntax;

namespace PainlessSteering.Text.Patterns;

/// <summary>
/// A regular expression with the syntax and meaning of Oniguruma on UTF-8, which Hugging Face tokenizers use: it works on
/// code points, <c>$</c> matches at line ends, <c>\s</c>, <c>\w</c> and <c>\p{..}</c> are Unicode's. .NET's own engine works on
/// UTF-16 units and would part letters outside the basic plane. Thread safe.
/// </summary>
internal sealed class Pattern
{
    private readonly PatternNode root;
    private readonly int loops;

    /// <exception cref="FormatException">The text is no pattern, or uses a feature that is not supported.</exception>
    public Pattern(string text)
    {
        var compiler = new Compiler();
        root = compiler.Compile(new PatternParser(text).Parse(), new AcceptNode());
        loops = compiler.Loops;
    }

    /// <summary>Finds all matches, leftmost first, none overlapping, in order. An empty match right after another match does not count.</summary>
    /// <exception cref="TextLimitException">The pattern takes far more steps than the text is long.</exception>
    public void FindAll(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        var state = new SearchState { Text = text, Budget = TextBudget.Lend(text.Length), RoundStarts = stackalloc int[loops] };
        TextBudget.Charge(ref state.Budget, 1 + (loops / 16));
        Search(ref state, matches);
        TextBudget.Return(state.Budget);
    }

    private void Search(ref SearchState state, List<(int Start, int End)> matches)
    {
        var text = state.Text;
        var lastEnd = -1;
        var from = 0;
        while (from <= text.Length)
        {
            state.SearchStart = from;
            var start = from;
            var end = root.Match(ref state, start);
            while (end == PatternNode.Failed && start < text.Length)
            {
                start += WidthAt(text, start);
                end = root.Match(ref state, start);
            }

            if (end == PatternNode.Failed)
            {
                return;
            }

            if (end == start && end == lastEnd)
            {
                from += WidthAt(text, from);
                continue;
            }

            matches.Add((start, end));
            from = lastEnd = end;
        }
    }

    private static int WidthAt(ReadOnlySpan<char> text, int at) => at + 1 < text.Length && char.IsHighSurrogate(text[at]) ? 2 : 1;

    /// <summary>Turns the syntax tree, from its end to its beginning, into steps that know the step after them.</summary>
    private sealed class Compiler
    {
        private const int MostNodes = 10_000;
        private const int ChoiceNodes = 16; // What the tables of an alternation weigh.
        private const int PartsPerNode = 8;
        private const int NodeSteps = 200;
        private int nodes;

        public int Loops { get; private set; }

        public PatternNode Compile(PatternSyntax syntax, PatternNode next)
        {
            PatternSyntax.EnsureRoom();
            Count(syntax is Set or Repetition { Body: Set } ? PayForSet(syntax) : 1);
            return syntax switch
            {
                Set set => new SetNode(set.Class, next),
                Concatenation c => c.Parts.Reverse().Aggregate(next, (after, part) => Compile(part, after)),
                Alternation a => Choose([.. a.Choices.Select(choice => Compile(choice, next))]),
                Repetition r => Repeat(r, next),
                Atomic a => new AtomicNode(Compile(a.Body, new AcceptNode()), next),
                Look { Ahead: true } look => new LookAheadNode(Compile(look.Body, new AcceptNode()), look.Negated, next),
                Look look => LookBehind(look, next),
                Assertion assertion => new AssertionNode(assertion.Place, next),
                _ => throw new InvalidOperationException(syntax.GetType().Name),
            };
        }

        private PatternNode Repeat(Repetition r, PatternNode next)
        {
            if (r.Body is Set set)
            {
                return new SetLoopNode(set.Class, r.Least, r.Most, r.Greed, next);
            }

            if (r.Greed == Greed.Possessive)
            {
                return new AtomicNode(Repeat(r with { Greed = Greed.Greedy }, new AcceptNode()), next);
            }

            var after = next;
            if (r.Most == int.MaxValue)
            {
                var loop = new GroupLoopNode(Loops++, r.Greed);
                loop.Connect(end => Compile(r.Body, end), next);
                after = loop;
            }
            else
            {
                for (var extra = r.Least; extra < r.Most; extra++)
                {
                    var taken = Compile(r.Body, after);
                    after = Choose(r.Greed == Greed.Greedy ? [taken, next] : [next, taken]);
                }
            }

            for (var copy = 0; copy < r.Least; copy++)
            {
                after = Compile(r.Body, after);
            }

            return after;
        }

        private AlternationNode Choose(PatternNode[] choices)
        {
            Count(ChoiceNodes);
            return new AlternationNode(choices);
        }

        /// <summary>Pays for nodes: for the pattern, and for the file that it is in, which may have many.</summary>
        private void Count(int more)
        {
            nodes += more;
            TextBudget.Spend((long)more * NodeSteps);
            if (nodes > MostNodes)
            {
                throw new FormatException(FormattableString.Invariant($"the pattern is too large: it has more than {MostNodes} parts when its repetitions are written out"));
            }
        }

        /// <summary>Pays for asking a set which ASCII characters it has, and gives what it weighs.</summary>
        private static int PayForSet(PatternSyntax syntax)
        {
            var parts = ((syntax as Set ?? (Set)((Repetition)syntax).Body).Class).Parts;
            TextBudget.Spend((long)CharacterClass.PageSize * parts);
            return 1 + (parts / PartsPerNode);
        }

        private LookBehindNode LookBehind(Look look, PatternNode next)
        {
            var (least, most) = look.Body.Length();
            if (most == int.MaxValue)
            {
                throw new FormatException("a look-behind without an upper length is not supported");
            }

            return new LookBehindNode(Compile(look.Body, new AcceptAtNode()), least, most, look.Negated, next);
        }
    }
}

namespace PainlessSteering.Text.Patterns;

internal sealed class LookAheadNode(PatternNode body, bool negated, PatternNode next) : PatternNode(next.Starts)
{
    public override int Match(ref SearchState state, int at)
    {
        Descend(ref state);
        return body.Match(ref state, at) == Failed == negated ? next.Match(ref state, at) : Failed;
    }
}

internal sealed class LookBehindNode(PatternNode body, int least, int most, bool negated, PatternNode next) : PatternNode(next.Starts)
{
    public override int Match(ref SearchState state, int at)
    {
        Descend(ref state);
        return Behind(ref state, at) != negated ? next.Match(ref state, at) : Failed;
    }

    private bool Behind(ref SearchState state, int at)
    {
        var outer = state.LookBehindEnd;
        state.LookBehindEnd = at;
        var found = false;
        for (int length = 0, start = at; length <= most && start >= 0 && !found; length++)
        {
            Spend(ref state);
            found = length >= least && body.Match(ref state, start) != Failed;
            start -= start >= 2 && char.IsLowSurrogate(state.Text[start - 1]) && char.IsHighSurrogate(state.Text[start - 2]) ? 2 : 1;
        }

        state.LookBehindEnd = outer;
        return found;
    }
}

internal sealed class AssertionNode(Place place, PatternNode next) : PatternNode(next.Starts)
{
    public override int Match(ref SearchState state, int at)
    {
        Descend(ref state);
        return Holds(ref state, at) ? next.Match(ref state, at) : Failed;
    }

    private bool Holds(ref SearchState state, int at)
    {
        var text = state.Text;
        return place switch
        {
            Place.LineStart => at == 0 || (at < text.Length && text[at - 1] == '\n'),
            Place.LineEnd => at == text.Length || text[at] == '\n',
            Place.TextStart => at == 0,
            Place.TextEnd => at == text.Length,
            Place.TextEndOrLastNewline => at == text.Length || (at == text.Length - 1 && text[at] == '\n'),
            Place.SearchStart => at == state.SearchStart,
            Place.WordBoundary => WordBefore(text, at) != WordAt(text, at),
            _ => WordBefore(text, at) == WordAt(text, at),
        };
    }

    private static bool WordAt(ReadOnlySpan<char> text, int at) => at < text.Length && UnicodeSets.LooseWord.Match(text, at) > 0;

    private static bool WordBefore(ReadOnlySpan<char> text, int at) => at > 0
        && UnicodeSets.LooseWord.Match(text, at - (at >= 2 && char.IsLowSurrogate(text[at - 1]) && char.IsHighSurrogate(text[at - 2]) ? 2 : 1)) > 0;
}

using System.Runtime.CompilerServices;

namespace PainlessSteering.Text.Patterns;

/// <summary>What one search carries along: the text, where the search began, and how much work it may still do.</summary>
internal ref struct SearchState
{
    public ReadOnlySpan<char> Text;
    public int SearchStart;

    /// <summary>Where the innermost look-behind has to end.</summary>
    public int LookBehindEnd;

    /// <summary>Steps left before the search is given up: backtracking can take exponential time.</summary>
    public long Budget;

    /// <summary>For every loop over a group: where its current round began.</summary>
    public Span<int> RoundStarts;
}

/// <summary>A search that a pattern from a file makes too expensive.</summary>
internal sealed class PatternBudgetException(string message) : Exception(message);

/// <summary>One step of a compiled pattern. It matches at a place and hands on to the step after it.</summary>
internal abstract class PatternNode
{
    public const int Failed = -1;

    /// <summary>The end of the whole pattern's match when this step begins at <paramref name="at"/>, or <see cref="Failed"/>.</summary>
    public abstract int Match(ref SearchState state, int at);

    /// <summary>Whether a match of this step and those after it can begin with an ASCII character; true where that is not known.</summary>
    public virtual bool CanStartWith(char ascii) => true;

    protected static void Spend(ref SearchState state, int steps = 1)
    {
        state.Budget -= steps;
        if (state.Budget < 0)
        {
            throw new PatternBudgetException("takes too many steps on this text");
        }
    }
}

internal sealed class AcceptNode : PatternNode
{
    public override int Match(ref SearchState state, int at) => at;
}

internal sealed class AcceptAtNode : PatternNode
{
    public override int Match(ref SearchState state, int at) => at == state.LookBehindEnd ? at : Failed;
}

internal sealed class SetNode(CharacterClass set, PatternNode next) : PatternNode
{
    public override int Match(ref SearchState state, int at)
    {
        var width = set.Match(state.Text, at);
        return width == 0 ? Failed : next.Match(ref state, at + width);
    }

    public override bool CanStartWith(char ascii) => set.Contains(ascii);
}

/// <summary>A repeated set: the loop that nearly all of a pre-tokenizer's time is spent in.</summary>
internal sealed class SetLoopNode(CharacterClass set, int least, int most, Greed greed, PatternNode next) : PatternNode
{
    private readonly bool nextAccepts = next is AcceptNode;

    public override int Match(ref SearchState state, int at)
    {
        var text = state.Text;
        var end = at;
        var count = 0;
        var floor = at;
        var limit = greed == Greed.Lazy ? least : most;
        while (count < limit && set.Match(text, end) is var width and > 0)
        {
            end += width;
            if (++count == least)
            {
                floor = end;
            }
        }

        Spend(ref state, count);
        if (count < least)
        {
            return Failed;
        }

        if (nextAccepts)
        {
            return end;
        }

        return greed switch
        {
            Greed.Possessive => next.Match(ref state, end),
            Greed.Greedy => GiveBack(ref state, floor, end),
            _ => TakeMore(ref state, end, count),
        };
    }

    public override bool CanStartWith(char ascii) => set.Contains(ascii) || (least == 0 && next.CanStartWith(ascii));

    private int GiveBack(ref SearchState state, int floor, int end)
    {
        while (true)
        {
            var result = next.Match(ref state, end);
            if (result != Failed || end == floor)
            {
                return result;
            }

            Spend(ref state);
            end--;
            if (end > floor && char.IsLowSurrogate(state.Text[end]) && char.IsHighSurrogate(state.Text[end - 1]))
            {
                end--;
            }
        }
    }

    private int TakeMore(ref SearchState state, int end, int count)
    {
        while (true)
        {
            var result = next.Match(ref state, end);
            var width = result == Failed && count < most ? set.Match(state.Text, end) : 0;
            if (width == 0)
            {
                return result;
            }

            Spend(ref state);
            end += width;
            count++;
        }
    }
}

internal sealed class AlternationNode : PatternNode
{
    private readonly PatternNode[] choices;

    /// <summary>For every ASCII character, the choices that can begin with it, in order.</summary>
    private readonly PatternNode[][] byFirst;

    public AlternationNode(PatternNode[] choices)
    {
        this.choices = choices;
        byFirst = new PatternNode[128][];
        for (var c = 0; c < 128; c++)
        {
            byFirst[c] = [.. choices.Where(choice => choice.CanStartWith((char)c))];
        }
    }

    public override int Match(ref SearchState state, int at)
    {
        Spend(ref state);
        foreach (var choice in at < state.Text.Length && state.Text[at] < 128 ? byFirst[state.Text[at]] : choices)
        {
            var end = choice.Match(ref state, at);
            if (end != Failed)
            {
                return end;
            }
        }

        return Failed;
    }

    public override bool CanStartWith(char ascii) => byFirst[ascii].Length > 0;
}

/// <summary>A loop over a group. A round that matches nothing ends it, so that it always ends.</summary>
internal sealed class GroupLoopNode(int index, Greed greed) : PatternNode
{
    private readonly int index = index;
    private PatternNode body = null!;
    private PatternNode next = null!;

    public void Connect(Func<PatternNode, PatternNode> makeBody, PatternNode after)
    {
        next = after;
        body = makeBody(new RoundEndNode(this));
    }

    public override int Match(ref SearchState state, int at)
    {
        Spend(ref state);
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new PatternBudgetException("repeats a group too often on this text");
        }

        if (greed == Greed.Lazy && next.Match(ref state, at) is var early and not Failed)
        {
            return early;
        }

        var outer = state.RoundStarts[index];
        state.RoundStarts[index] = at;
        var end = body.Match(ref state, at);
        state.RoundStarts[index] = outer;
        return end != Failed || greed == Greed.Lazy ? end : next.Match(ref state, at);
    }

    private sealed class RoundEndNode(GroupLoopNode loop) : PatternNode
    {
        public override int Match(ref SearchState state, int at) =>
            at == state.RoundStarts[loop.index] ? loop.next.Match(ref state, at) : loop.Match(ref state, at);
    }
}

internal sealed class AtomicNode(PatternNode body, PatternNode next) : PatternNode
{
    public override int Match(ref SearchState state, int at)
    {
        var end = body.Match(ref state, at);
        return end == Failed ? Failed : next.Match(ref state, end);
    }
}

internal sealed class LookAheadNode(PatternNode body, bool negated, PatternNode next) : PatternNode
{
    public override int Match(ref SearchState state, int at) =>
        body.Match(ref state, at) == Failed == negated ? next.Match(ref state, at) : Failed;

    public override bool CanStartWith(char ascii) => next.CanStartWith(ascii);
}

internal sealed class LookBehindNode(PatternNode body, int least, int most, bool negated, PatternNode next) : PatternNode
{
    public override int Match(ref SearchState state, int at) =>
        Behind(ref state, at) != negated ? next.Match(ref state, at) : Failed;

    public override bool CanStartWith(char ascii) => next.CanStartWith(ascii);

    private bool Behind(ref SearchState state, int at)
    {
        var outer = state.LookBehindEnd;
        state.LookBehindEnd = at;
        var found = false;
        for (int length = 0, start = at; length <= most && start >= 0 && !found; length++)
        {
            found = length >= least && body.Match(ref state, start) != Failed;
            start -= start >= 2 && char.IsLowSurrogate(state.Text[start - 1]) && char.IsHighSurrogate(state.Text[start - 2]) ? 2 : 1;
        }

        state.LookBehindEnd = outer;
        return found;
    }
}

internal sealed class AssertionNode(Place place, PatternNode next) : PatternNode
{
    public override int Match(ref SearchState state, int at) => Holds(ref state, at) ? next.Match(ref state, at) : Failed;

    public override bool CanStartWith(char ascii) => next.CanStartWith(ascii);

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

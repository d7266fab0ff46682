namespace PainlessSteering.Text.Patterns;

/// <summary>A repeated set: the loop that nearly all of a pre-tokenizer's time is spent in.</summary>
internal sealed class SetLoopNode(CharacterClass set, int least, int most, Greed greed, PatternNode next) : PatternNode(least == 0 ? set.Ascii | next.Starts : set.Ascii)
{
    private readonly bool nextAccepts = next is AcceptNode;

    public override int Match(ref SearchState state, int at)
    {
        var text = state.Text;
        var end = at;
        var count = 0;
        var floor = at;
        var limit = greed == Greed.Lazy ? least : most;
        while (count < limit && set.Match(text, end, ref state.Budget) is var width and > 0)
        {
            end += width;
            if (++count == least)
            {
                floor = end;
            }
        }

        Spend(ref state, count + 1);
        if (count < least)
        {
            return Failed;
        }

        if (nextAccepts)
        {
            return end;
        }

        Descend(ref state);
        return greed switch
        {
            Greed.Possessive => next.Match(ref state, end),
            Greed.Greedy => GiveBack(ref state, floor, end),
            _ => TakeMore(ref state, end, count),
        };
    }

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
            var width = result == Failed && count < most ? set.Match(state.Text, end, ref state.Budget) : 0;
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

/// <summary>A loop over a group. A round that matches nothing ends it, so that it always ends.</summary>
internal sealed class GroupLoopNode(int index, Greed greed) : PatternNode(UInt128.MaxValue)
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
        Descend(ref state);
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

    private sealed class RoundEndNode(GroupLoopNode loop) : PatternNode(UInt128.MaxValue)
    {
        public override int Match(ref SearchState state, int at) =>
            at == state.RoundStarts[loop.index] ? loop.next.Match(ref state, at) : loop.Match(ref state, at);
    }
}

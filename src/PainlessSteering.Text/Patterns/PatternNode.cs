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

    /// <summary>Counts a step that others are nested in, and makes sure that there is room for them on the stack.</summary>
    protected static void Descend(ref SearchState state)
    {
        Spend(ref state);
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new PatternBudgetException("nests too deeply on this text");
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

/// <summary>The first choice that matches with all that follows.</summary>
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
        Descend(ref state);
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

/// <summary>Once its body has matched, no other way to match it is tried.</summary>
internal sealed class AtomicNode(PatternNode body, PatternNode next) : PatternNode
{
    public override int Match(ref SearchState state, int at)
    {
        var end = body.Match(ref state, at);
        return end == Failed ? Failed : next.Match(ref state, end);
    }
}

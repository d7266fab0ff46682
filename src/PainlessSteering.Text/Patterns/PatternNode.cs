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

/// <summary>One step of a compiled pattern. It matches at a place and hands on to the step after it; each pays for what it does.</summary>
/// <param name="starts">Bit c is set where a match of this step and those after it can begin with the ASCII character c, or where that is not known.</param>
internal abstract class PatternNode(UInt128 starts)
{
    public const int Failed = -1;

    /// <summary>The end of the whole pattern's match when this step begins at <paramref name="at"/>, or <see cref="Failed"/>.</summary>
    public abstract int Match(ref SearchState state, int at);

    public UInt128 Starts => starts;

    protected static void Spend(ref SearchState state, int steps = 1) => TextBudget.Charge(ref state.Budget, steps);

    /// <summary>Counts a step that others are nested in, and makes sure that there is room for them on the stack.</summary>
    protected static void Descend(ref SearchState state)
    {
        Spend(ref state);
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new TextLimitException("nests too deeply on this text");
        }
    }
}

internal sealed class AcceptNode() : PatternNode(UInt128.MaxValue)
{
    public override int Match(ref SearchState state, int at) => at;
}

internal sealed class AcceptAtNode() : PatternNode(UInt128.MaxValue)
{
    public override int Match(ref SearchState state, int at) => at == state.LookBehindEnd ? at : Failed;
}

internal sealed class SetNode(CharacterClass set, PatternNode next) : PatternNode(set.Ascii)
{
    /// <summary>Sets that follow each other may use up the stack too; those after a loop or a choice need no look.</summary>
    private readonly bool descends = next is SetNode;

    public override int Match(ref SearchState state, int at)
    {
        if (descends)
        {
            Descend(ref state);
        }
        else
        {
            Spend(ref state);
        }

        var width = set.Match(state.Text, at, ref state.Budget);
        return width == 0 ? Failed : next.Match(ref state, at + width);
    }
}

/// <summary>The first choice that matches with all that follows.</summary>
internal sealed class AlternationNode : PatternNode
{
    private readonly PatternNode[] choices;

    /// <summary>For every ASCII character, the choices that can begin with it, in order.</summary>
    private readonly PatternNode[][] byFirst;

    public AlternationNode(PatternNode[] choices)
        : base(choices.Aggregate(UInt128.Zero, (starts, choice) => starts | choice.Starts))
    {
        this.choices = choices;
        byFirst = new PatternNode[128][];
        for (var c = 0; c < 128; c++)
        {
            byFirst[c] = [.. choices.Where(choice => ((choice.Starts >> c) & 1) != 0)];
        }
    }

    public override int Match(ref SearchState state, int at)
    {
        Descend(ref state);
        var able = at < state.Text.Length && state.Text[at] < 128 ? byFirst[state.Text[at]] : choices;
        var (end, tried) = (Failed, 0);
        while (end == Failed && tried < able.Length)
        {
            end = able[tried++].Match(ref state, at);
        }

        Spend(ref state, tried); // Together: the choices pay for themselves, and a step each would be felt.
        return end;
    }
}

/// <summary>Once its body has matched, no other way to match it is tried.</summary>
internal sealed class AtomicNode(PatternNode body, PatternNode next) : PatternNode(UInt128.MaxValue)
{
    public override int Match(ref SearchState state, int at)
    {
        Descend(ref state);
        var end = body.Match(ref state, at);
        return end == Failed ? Failed : next.Match(ref state, end);
    }
}

namespace PainlessSteering.Text.PreTokenizers;

/// <summary>What becomes of the matches that a text is cut at.</summary>
internal enum SplitBehavior
{
    Removed,
    Isolated,
    MergedWithPrevious,
    MergedWithNext,

    /// <summary>Matches that touch are one piece.</summary>
    Contiguous,
}

internal static class SplitBehaviors
{
    public static SplitBehavior Read(JsonPart part) => part.Text() switch
    {
        "Removed" => SplitBehavior.Removed,
        "Isolated" => SplitBehavior.Isolated,
        "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
        "MergedWithNext" => SplitBehavior.MergedWithNext,
        "Contiguous" => SplitBehavior.Contiguous,
        var other => throw part.Error("unknown behavior", "Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous", $"'{other}'"),
    };

    /// <summary>Joins neighbours, in place, as the behaviour asks. Only the first of several matches in a row is merged with the text beside it.</summary>
    public static void Join(this SplitBehavior behavior, List<(int Start, int End, bool IsMatch)> spans)
    {
        if (behavior is SplitBehavior.Removed or SplitBehavior.Isolated)
        {
            return;
        }

        var backwards = behavior == SplitBehavior.MergedWithNext;
        if (backwards)
        {
            spans.Reverse();
        }

        var kept = 0;
        var previousMatch = false;
        for (var i = 0; i < spans.Count; i++)
        {
            var span = spans[i];
            var joins = behavior == SplitBehavior.Contiguous ? span.IsMatch == previousMatch : span.IsMatch && !previousMatch;
            previousMatch = span.IsMatch;
            if (joins && kept > 0)
            {
                var (start, end, isMatch) = spans[kept - 1];
                spans[kept - 1] = (Math.Min(start, span.Start), Math.Max(end, span.End), isMatch);
            }
            else
            {
                spans[kept++] = span;
            }
        }

        spans.RemoveRange(kept, spans.Count - kept);
        if (backwards)
        {
            spans.Reverse();
        }
    }
}

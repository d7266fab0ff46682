
using PainlessSteering.Engine.Batching;

namespace PainlessSteering.Training;

/// <summary>Tokens to learn from.</summary>
/// <param name="Tokens">Prompt and response.</param>
/// <param name="PromptLength">Tokens before the first that is to be learned; at least 1.</param>
internal sealed record SftExample(int[] Tokens, int PromptLength)
{
    /// <summary>Tokens to be learned.</summary>
    public int ResponseLength => Tokens.Length - PromptLength;
}

/// <summary>
/// Examples laid end to end, with the rows that predict their responses. An example's last token is only predicted, never read;
/// beginnings that examples share are computed once, and their gradients add up there.
/// </summary>
internal sealed class TrainingBatch
{
    /// <param name="examples">In any order.</param>
    public TrainingBatch(IEnumerable<SftExample> examples)
    {
        var sorted = Sorted(examples);
        Packed = PackedBatch.Pack([.. sorted.Select(example => example.Tokens[..^1])]);
        LeavesOnly = sorted.All(example => example.ResponseLength == 1);
        var rows = new List<long>();
        var targets = new List<long>();
        for (var i = 0; i < sorted.Length; i++)
        {
            for (var position = sorted[i].PromptLength; position < sorted[i].Tokens.Length; position++)
            {
                rows.Add(Row(i, position - 1));
                targets.Add(sorted[i].Tokens[position]);
            }
        }

        (Rows, Targets) = ([.. rows], [.. targets]);
    }

    /// <summary>What the model reads.</summary>
    public PackedBatch Packed { get; }

    /// <summary>Whether the rows are the prompts' last tokens alone, so that the last block need not compute the others.</summary>
    public bool LeavesOnly { get; }

    /// <summary>The rows that predict, among those that leave the last block.</summary>
    public long[] Rows { get; }

    /// <summary>What each of them should predict.</summary>
    public long[] Targets { get; }

    /// <summary>Parts examples into batches of bounded size, so that memory is.</summary>
    /// <param name="examples">In any order.</param>
    /// <param name="most">Most examples of a batch.</param>
    /// <param name="rows">Most rows of a batch of several.</param>
    public static IReadOnlyList<TrainingBatch> Plan(IEnumerable<SftExample> examples, int most, int rows)
    {
        var batches = new List<TrainingBatch>();
        var current = new List<SftExample>();
        var used = 0;
        foreach (var example in Sorted(examples))
        {
            var added = PackedBatch.RowsAdded(example.Tokens[..^1], current.Count == 0 ? null : current[^1].Tokens[..^1]);
            if (current.Count == most || (current.Count > 0 && used + added > rows))
            {
                batches.Add(new TrainingBatch(current));
                current.Clear();
                (used, added) = (0, example.Tokens.Length - 1);
            }

            current.Add(example);
            used += added;
        }

        batches.Add(new TrainingBatch(current));
        return batches;
    }

    private static SftExample[] Sorted(IEnumerable<SftExample> examples) =>
        [.. examples.OrderBy(example => example, Comparer<SftExample>.Create((a, b) => a.Tokens.AsSpan().SequenceCompareTo(b.Tokens)))];

    private int Row(int prompt, int position)
    {
        if (LeavesOnly)
        {
            return prompt;
        }

        if (position == Packed.LastPositions[prompt])
        {
            return Packed.TokenRows + prompt;
        }

        var span = Packed.Spans[Packed.LastSpans[prompt]];
        while (position < span.FirstPosition)
        {
            span = Packed.Spans[span.Parent];
        }

        return span.FirstRow + position - span.FirstPosition;
    }
}

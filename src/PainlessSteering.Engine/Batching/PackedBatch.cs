namespace PainlessSteering.Engine.Batching;

/// <summary>
/// Prompts laid end to end without padding. A beginning that several prompts share is one span of rows, computed once.
/// The last token of each prompt is not part of a span: it is the prompt's leaf (see <see cref="RowLayout"/>).
/// </summary>
public sealed class PackedBatch
{
    /// <summary>A shared beginning shorter than this costs more calls than it saves rows.</summary>
    private const int ShortestSharedSpan = 8;

    private PackedBatch(
        IReadOnlyList<Span> spans, IReadOnlyList<int> lastTokens, IReadOnlyList<int> lastPositions, IReadOnlyList<int> lastSpans, IReadOnlyList<LeafRun>? runs = null)
    {
        Runs = runs is null || runs.All(run => run.Rows == 1) ? null : runs;
        Spans = spans;
        LastTokens = lastTokens;
        LastPositions = lastPositions;
        LastSpans = lastSpans;
        TokenRows = spans.Sum(span => span.Tokens.Length);
    }

    /// <summary>Number of prompts.</summary>
    public int Prompts => LastTokens.Count;

    /// <summary>Rows that a forward pass begins with.</summary>
    public int Rows => TokenRows + (Runs?.Sum(run => run.Rows) ?? Prompts);

    internal int TokenRows { get; }

    /// <summary>A run of consecutive tokens; a parent always comes before its children.</summary>
    internal IReadOnlyList<Span> Spans { get; }

    internal IReadOnlyList<int> LastTokens { get; }

    /// <summary>Per prompt what goes on from its last token; null where nothing does.</summary>
    internal IReadOnlyList<LeafRun>? Runs { get; }

    internal IReadOnlyList<int> LastPositions { get; }

    /// <summary>Per prompt the span that its last token follows; -1 where the prompt is a single token.</summary>
    internal IReadOnlyList<int> LastSpans { get; }

    /// <summary>Packs prompts, in the order given. Neighbours share their common beginnings, so sort similar prompts together.</summary>
    /// <param name="prompts">Token ids; none empty.</param>
    public static PackedBatch Pack(IReadOnlyList<int[]> prompts) => Pack(prompts, sharing: 1);

    /// <param name="prompts">Token ids; none empty.</param>
    /// <param name="sharing">Common beginnings are shared in whole multiples of so many tokens.</param>
    /// <param name="runs">Per prompt what goes on from its last token; null for nothing.</param>
    internal static PackedBatch Pack(IReadOnlyList<int[]> prompts, int sharing, IReadOnlyList<LeafRun>? runs = null)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        var builder = new Builder(sharing);
        foreach (var prompt in prompts)
        {
            builder.Add(prompt);
        }

        return builder.Build(prompts, runs);
    }

    /// <summary>A decode step: one new token for each sequence, whose earlier tokens stand in its cache.</summary>
    /// <param name="tokens">The new token of each sequence.</param>
    /// <param name="positions">Its position, which is the number of tokens before it.</param>
    public static PackedBatch Continue(IReadOnlyList<int> tokens, IReadOnlyList<int> positions)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return new PackedBatch([], tokens, positions, [.. Enumerable.Repeat(-1, tokens.Count)]);
    }

    /// <summary>Further tokens of one sequence, whose earlier ones stand in its cache.</summary>
    /// <param name="tokens">The new tokens; not empty.</param>
    /// <param name="position">Position of the first, which is the number of tokens before it.</param>
    public static PackedBatch Append(int[] tokens, int position)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        Span[] spans = tokens.Length == 1 ? [] : [new Span(tokens[..^1], 0, position, -1)];
        return new PackedBatch(spans, [tokens[^1]], [position + tokens.Length - 1], [spans.Length - 1]);
    }

    /// <summary>Position of every row in its prompt.</summary>
    internal int[] Positions() =>
    [
        .. Spans.SelectMany(span => Enumerable.Range(span.FirstPosition, span.Tokens.Length)),
        .. Runs is null ? LastPositions : Runs.Zip(LastPositions, (run, last) => run.Depths.Select(depth => last + depth)).SelectMany(positions => positions),
    ];

    /// <summary>Token id of every row.</summary>
    internal int[] Tokens() =>
    [
        .. Spans.SelectMany(span => span.Tokens),
        .. Runs is null ? LastTokens : Runs.Zip(LastTokens, (run, last) => run.Tokens.Prepend(last)).SelectMany(tokens => tokens),
    ];

    /// <summary>Rows that <paramref name="prompt"/> adds to a batch that ends with <paramref name="previous"/>.</summary>
    internal static int RowsAdded(int[] prompt, int[]? previous, int sharing = 1)
    {
        var common = previous is null ? 0 : Common(prompt, previous, sharing);
        return prompt.Length - (common >= ShortestSharedSpan ? common : 0);
    }

    /// <summary>Tokens that two prompts have in common at the beginning, their last tokens not counted.</summary>
    private static int Common(int[] a, int[] b, int sharing) => a.AsSpan(0, a.Length - 1).CommonPrefixLength(b.AsSpan(0, b.Length - 1)) / sharing * sharing;

    /// <param name="Tokens">Token ids of the run.</param>
    /// <param name="FirstRow">Row of the first token.</param>
    /// <param name="FirstPosition">Position of the first token in its prompts.</param>
    /// <param name="Parent">Index of the span before it; -1 at the beginning of a prompt.</param>
    internal sealed record Span(int[] Tokens, int FirstRow, int FirstPosition, int Parent);

    private sealed class Builder(int sharing)
    {
        // The path of the prompt added last, as (start position, end position, node).
        private readonly List<(int Start, int End, int Node)> _path = [];
        private readonly List<(int[] Prompt, int Start, int End, int Parent)> _nodes = [];
        private readonly List<int> _lastNodes = [];
        private int[]? _previous;

        public void Add(int[] prompt)
        {
            var common = _previous is null ? 0 : Common(prompt, _previous, sharing);
            KeepPath(common >= ShortestSharedSpan ? common : 0);
            var start = _path.Count == 0 ? 0 : _path[^1].End;
            if (start < prompt.Length - 1)
            {
                _path.Add((start, prompt.Length - 1, NewNode(prompt, start, prompt.Length - 1)));
            }

            _lastNodes.Add(_path.Count == 0 ? -1 : _path[^1].Node);
            _previous = prompt;
        }

        private void KeepPath(int length)
        {
            while (_path.Count > 0 && _path[^1].End > length)
            {
                var (start, end, node) = _path[^1];
                _path.RemoveAt(_path.Count - 1);
                if (start < length)
                {
                    // Split the node: its head is shared from here on, its tail stays with the prompts that had it.
                    var (prompt, _, _, parent) = _nodes[node];
                    var head = _nodes.Count;
                    _nodes.Add((prompt, start, length, parent));
                    _nodes[node] = (prompt, length, end, head);
                    _path.Add((start, length, head));
                }
            }
        }

        private int NewNode(int[] prompt, int start, int end)
        {
            _nodes.Add((prompt, start, end, _path.Count == 0 ? -1 : _path[^1].Node));
            return _nodes.Count - 1;
        }

        public PackedBatch Build(IReadOnlyList<int[]> prompts, IReadOnlyList<LeafRun>? runs)
        {
            // A split puts a parent behind its child; ordering by depth puts it before.
            var order = Enumerable.Range(0, _nodes.Count).OrderBy(node => _nodes[node].Start).ToArray();
            var indexOf = new int[_nodes.Count];
            var spans = new List<Span>(_nodes.Count);
            var row = 0;
            foreach (var node in order)
            {
                var (prompt, start, end, parent) = _nodes[node];
                indexOf[node] = spans.Count;
                spans.Add(new Span(prompt[start..end], row, start, parent < 0 ? -1 : indexOf[parent]));
                row += end - start;
            }

            return new PackedBatch(
                spans,
                [.. prompts.Select(prompt => prompt[^1])],
                [.. prompts.Select(prompt => prompt.Length - 1)],
                [.. _lastNodes.Select(node => node < 0 ? -1 : indexOf[node])],
                runs);
        }
    }
}

using System.Buffers;
using PainlessSteering.Text.Patterns;

namespace PainlessSteering.Text;

/// <summary>Finds added tokens in a text: leftmost first, the longest of those that begin at one place, none overlapping.</summary>
internal sealed class AddedTokenMatcher
{
    private const int NodeSteps = 10; // What a node takes to make, or to look for.
    private readonly Dictionary<(int Node, char Unit), int> children = [];
    private readonly List<(AddedToken Token, int Id)?> ends = [null];
    private readonly SearchValues<char> firsts;

    /// <param name="entries">What to look for, the token that it stands for, and its id.</param>
    public AddedTokenMatcher(IReadOnlyCollection<(string Content, AddedToken Token, int Id)> entries)
    {
        foreach (var (content, token, id) in entries.Where(entry => entry.Content.Length > 0))
        {
            TextBudget.Spend((long)NodeSteps * content.Length);
            var node = 0;
            foreach (var unit in content)
            {
                if (!children.TryGetValue((node, unit), out var child))
                {
                    children[(node, unit)] = child = ends.Count;
                    ends.Add(null);
                }

                node = child;
            }

            ends[node] ??= (token, id);
        }

        firsts = SearchValues.Create([.. entries.Where(entry => entry.Content.Length > 0).Select(entry => entry.Content[0]).Distinct()]);
    }

    /// <summary>Cuts a text into added tokens (with their id) and what lies between them (id -1). Empty parts are left out.</summary>
    /// <param name="text">The text.</param>
    /// <param name="parts">Gets the parts.</param>
    /// <param name="specialAsText">Whether special tokens are left in the text.</param>
    public void Split(ReadOnlySpan<char> text, List<(int Start, int End, int Id)> parts, bool specialAsText = false)
    {
        var done = 0;
        var at = 0;
        while (Next(text, at) is { } match)
        {
            var (start, end) = (match.Start, match.End);
            at = end;
            if (specialAsText && match.Token.Special)
            {
                continue;
            }

            if (match.Token.SingleWord && (EndsWithWord(text[..start]) || StartsWithWord(text[end..])))
            {
                continue;
            }

            if (match.Token.StripLeft)
            {
                start = start <= done ? done : done + text[done..start].TrimEnd().Length;
            }

            if (match.Token.StripRight)
            {
                end = text.Length - text[end..].TrimStart().Length;
                TextBudget.Spend(1 + ((end - at) / 4));
            }

            if (start >= end)
            {
                continue; // A token before it, with the white space around, has taken it all.
            }

            if (done < start)
            {
                parts.Add((done, start, -1));
            }

            parts.Add((start, end, match.Id));
            done = end;
        }

        if (done < text.Length)
        {
            parts.Add((done, text.Length, -1));
        }
    }

    private (int Start, int End, AddedToken Token, int Id)? Next(ReadOnlySpan<char> text, int from)
    {
        while (from < text.Length && text[from..].IndexOfAny(firsts) is var skip and >= 0)
        {
            from += skip;
            var node = 0;
            (int, int, AddedToken, int)? longest = null;
            var at = from;
            for (; at < text.Length && children.TryGetValue((node, text[at]), out node); at++)
            {
                if (ends[node] is { } end)
                {
                    longest = (from, at + 1, end.Token, end.Id);
                }
            }

            TextBudget.Spend((long)NodeSteps * (1 + at - from));
            if (longest is not null)
            {
                return longest;
            }

            from++;
        }

        return null;
    }

    private static bool StartsWithWord(ReadOnlySpan<char> text) => UnicodeSets.RustWord.Match(text, 0) > 0;

    private static bool EndsWithWord(ReadOnlySpan<char> text) => System.Text.Rune.DecodeLastFromUtf16(text, out var rune, out _) == OperationStatus.Done && UnicodeSets.RustWord.Contains(rune.Value);
}

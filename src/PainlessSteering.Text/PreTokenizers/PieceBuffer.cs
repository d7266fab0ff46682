using System.Text;
using PainlessSteering.Text.Offsets;

namespace PainlessSteering.Text.PreTokenizers;

/// <summary>A text and the pieces that it is cut into, in one reused memory. Not thread safe.</summary>
internal sealed class PieceBuffer
{
    private char[] text = new char[256];
    private char[] otherText = [];
    private List<(int Start, int End)> pieces = [];
    private List<(int Start, int End)> otherPieces = [];
    private (int Start, int End)[]? units;
    private readonly List<(int Start, int End)> matches = [];
    private readonly List<(int Start, int End, bool IsMatch)> spans = [];

    /// <summary>Finds what a pre-tokenizer cuts at.</summary>
    public delegate void Finder(ReadOnlySpan<char> piece, List<(int Start, int End)> matches);

    /// <summary>Writes a piece anew and returns its length; there is room for three times its length and one more.</summary>
    public delegate int Rewriter(ReadOnlySpan<char> piece, Span<char> destination, bool first);

    public int Count => pieces.Count;

    /// <summary>Whether a piece at the very beginning of the text is the beginning of what the user gave.</summary>
    private bool atTextStart;

    public ReadOnlySpan<char> this[int index] => text.AsSpan(pieces[index].Start, pieces[index].End - pieces[index].Start);

    /// <summary>Takes a text.</summary>
    /// <param name="newText">The text.</param>
    /// <param name="beginsUserText">Whether it begins what the user gave.</param>
    /// <param name="aligned">Holds the text and what it stands for, where <see cref="Offset"/> will be asked for.</param>
    /// <param name="at">Where the text begins in it.</param>
    public void Reset(ReadOnlySpan<char> newText, bool beginsUserText, AlignedText? aligned = null, int at = 0)
    {
        units = aligned is null ? null : new (int, int)[newText.Length];
        aligned?.CopyUnits(at, units);
        EnsureRoom(ref text, newText.Length);
        newText.CopyTo(text);
        pieces.Clear();
        if (!newText.IsEmpty)
        {
            pieces.Add((0, newText.Length));
        }

        atTextStart = beginsUserText;
    }

    /// <summary>The part of the user's text that some units of a piece stand for.</summary>
    public (int Start, int End) Offset(int index, int start, int end)
    {
        var (first, last) = (pieces[index].Start + start, pieces[index].Start + end - 1);
        return last >= first ? (units![first].Start, units[last].End) : (units![Math.Max(last, 0)].End, units[Math.Max(last, 0)].End);
    }

    /// <summary>Cuts every piece at its matches. Empty pieces are dropped.</summary>
    /// <param name="find">Finds the matches, in order.</param>
    /// <param name="behavior">What becomes of a match.</param>
    /// <param name="invert">Takes what lies between the matches for the matches.</param>
    public void Split(Finder find, SplitBehavior behavior, bool invert = false)
    {
        Pay();
        otherPieces.Clear();
        foreach (var (start, end) in pieces)
        {
            matches.Clear();
            find(text.AsSpan(start, end - start), matches);
            spans.Clear();
            var done = 0;
            foreach (var match in matches)
            {
                if (done != match.Start)
                {
                    spans.Add((done, match.Start, invert));
                }

                spans.Add((match.Start, match.End, !invert));
                done = match.End;
            }

            if (done != end - start)
            {
                spans.Add((done, end - start, invert));
            }

            behavior.Join(spans);
            foreach (var span in spans)
            {
                if (span.End > span.Start && !(span.IsMatch && behavior == SplitBehavior.Removed))
                {
                    otherPieces.Add((start + span.Start, start + span.End));
                }
            }
        }

        (pieces, otherPieces) = (otherPieces, pieces);
    }

    /// <summary>Writes every piece anew.</summary>
    /// <param name="rewrite">Writes one.</param>
    /// <param name="width">How many units a character becomes. What is written before the first character stands for that.</param>
    public void Rewrite(Rewriter rewrite, Func<Rune, int> width)
    {
        var otherUnits = units is null ? null : new List<(int Start, int End)>();
        Pay();
        EnsureRoom(ref otherText, checked((3 * (pieces.Count == 0 ? 0 : pieces[^1].End)) + pieces.Count));
        otherPieces.Clear();
        var written = 0;
        foreach (var (start, end) in pieces)
        {
            var length = rewrite(text.AsSpan(start, end - start), otherText.AsSpan(written), first: atTextStart && start == 0);
            otherPieces.Add((written, written + length));
            written += length;
            otherUnits?.AddRange(Rewritten(start, end, length, width));
        }

        units = otherUnits?.ToArray();

        TextBudget.Limit(written);
        atTextStart &= pieces is [(0, _), ..];
        (text, otherText) = (otherText, text);
        (pieces, otherPieces) = (otherPieces, pieces);
    }

    private List<(int Start, int End)> Rewritten(int start, int end, int length, Func<Rune, int> width)
    {
        var result = new List<(int Start, int End)>();
        for (int at = start, taken; at < end; at += taken)
        {
            Rune.DecodeFromUtf16(text.AsSpan(at, end - at), out var rune, out taken);
            result.AddRange(Enumerable.Repeat(units![at], width(rune)));
        }

        result.InsertRange(0, Enumerable.Repeat(units![start], length - result.Count));
        return result;
    }

    /// <summary>Every pass is paid for by the length of the text and the number of pieces.</summary>
    private void Pay() => TextBudget.Spend(1 + pieces.Count + (pieces.Count == 0 ? 0 : pieces[^1].End / 4));

    private static void EnsureRoom(ref char[] array, int length)
    {
        if (array.Length < length)
        {
            array = new char[Math.Max(length, array.Length * 2)];
        }
    }
}

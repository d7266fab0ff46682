namespace PainlessSteering.Text.PreTokenizers;

/// <summary>A text and the pieces that it is cut into, in one reused memory. Not thread safe.</summary>
internal sealed class PieceBuffer
{
    private char[] text = new char[256];
    private char[] otherText = [];
    private List<(int Start, int End)> pieces = [];
    private List<(int Start, int End)> otherPieces = [];
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

    public void Reset(ReadOnlySpan<char> newText, bool beginsUserText)
    {
        EnsureRoom(ref text, newText.Length);
        newText.CopyTo(text);
        pieces.Clear();
        if (!newText.IsEmpty)
        {
            pieces.Add((0, newText.Length));
        }

        atTextStart = beginsUserText;
    }

    /// <summary>Cuts every piece at its matches. Empty pieces are dropped.</summary>
    /// <param name="find">Finds the matches, in order.</param>
    /// <param name="behavior">What becomes of a match.</param>
    /// <param name="invert">Takes what lies between the matches for the matches.</param>
    public void Split(Finder find, SplitBehavior behavior, bool invert = false)
    {
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
    public void Rewrite(Rewriter rewrite)
    {
        EnsureRoom(ref otherText, checked((3 * (pieces.Count == 0 ? 0 : pieces[^1].End)) + pieces.Count));
        otherPieces.Clear();
        var written = 0;
        foreach (var (start, end) in pieces)
        {
            var length = rewrite(text.AsSpan(start, end - start), otherText.AsSpan(written), first: atTextStart && start == 0);
            otherPieces.Add((written, written + length));
            written += length;
        }

        atTextStart &= pieces is [(0, _), ..];
        (text, otherText) = (otherText, text);
        (pieces, otherPieces) = (otherPieces, pieces);
    }

    private static void EnsureRoom(ref char[] array, int length)
    {
        if (array.Length < length)
        {
            array = new char[Math.Max(length, array.Length * 2)];
        }
    }
}

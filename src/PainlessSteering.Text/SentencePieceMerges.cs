using PainlessSteering.Text.Vocabularies;

namespace PainlessSteering.Text;

/// <summary>The merges that a SentencePiece vocabulary implies: it has scores of pieces instead.</summary>
internal static class SentencePieceMerges
{
    /// <summary>Every way to make a piece of two others, best score first; longer left and then longer right parts first among equals.</summary>
    public static IReadOnlyList<(string Left, string Right, float Score)> Find(IReadOnlyList<(string Text, float Score)> pieces, Vocabulary vocabulary)
    {
        var found = new List<(string Left, string Right, float Score, int LeftLength, int RightLength)>();
        foreach (var (text, score) in pieces.Where(piece => piece.Text.Length > 0))
        {
            TextBudget.Spend(1 + ((long)text.Length * text.Length / 4)); // Each way to part it is looked up.
            var length = text.EnumerateRunes().Count();
            var splits = new List<(int Left, int Right, int At, int Runes)>();
            for (int at = char.IsSurrogate(text, 0) ? 2 : 1, runes = 1; at < text.Length; at += char.IsSurrogate(text, at) ? 2 : 1, runes++)
            {
                if (vocabulary.TryGetId(text.AsSpan(0, at), out var left) && vocabulary.TryGetId(text.AsSpan(at), out var right))
                {
                    splits.Add((left, right, at, runes));
                }
            }

            splits.Sort();
            found.AddRange(splits.Select(split => (text[..split.At], text[split.At..], score, split.Runes, length - split.Runes)));
        }

        return [.. found.OrderByDescending(merge => merge.Score).ThenByDescending(merge => merge.LeftLength).ThenByDescending(merge => merge.RightLength)
            .Select(merge => (merge.Left, merge.Right, merge.Score))];
    }
}

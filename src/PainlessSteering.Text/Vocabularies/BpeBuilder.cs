using System.Runtime.CompilerServices;

namespace PainlessSteering.Text.Vocabularies;

/// <summary>Makes a BPE model from its merges, given in order of rank.</summary>
internal sealed class BpeBuilder(Vocabulary vocabulary, BpeOptions options, int merges)
{
    private const char Metaspace = '▁';
    private readonly MergeTable table = new(merges);
    private readonly int prefix = options.ContinuingPrefix?.Length ?? 0;
    private char[] buffer = new char[64];
    private int rank;
    private int lastMerged;

    /// <summary>Whether a '▁' is a piece and no merge joins another character with a following one.</summary>
    private bool wordsEndBeforeMetaspace = vocabulary.IdOf([Metaspace]) is not null
        && !options.IgnoreMerges && options.ContinuingPrefix is null && options.EndOfWordSuffix is null;

    /// <summary>Adds the next merge, with the rank of the one before if it shares it; false where it names a piece that the vocabulary lacks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryAdd(ReadOnlySpan<char> left, ReadOnlySpan<char> right, bool sharesRank = false)
    {
        if (right.Length < prefix || !vocabulary.TryGetId(left, out var leftId) || !vocabulary.TryGetId(right, out var rightId))
        {
            return false;
        }

        var length = left.Length + right.Length - prefix;
        if (buffer.Length < length)
        {
            buffer = new char[2 * length];
        }

        left.CopyTo(buffer);
        right[prefix..].CopyTo(buffer.AsSpan(left.Length));
        if (!TryFind(buffer.AsSpan(0, length), out var merged))
        {
            return false;
        }

        wordsEndBeforeMetaspace &= right.IsEmpty || right[0] != Metaspace || left.EndsWith([Metaspace]);
        rank += sharesRank ? 0 : 1;
        table.Set(leftId, rightId, rank, merged);
        return true;
    }

    /// <summary>Merges mostly come in the order of the pieces that they make, so that piece or the next is tried first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryFind(ReadOnlySpan<char> piece, out int id)
    {
        for (id = lastMerged; id <= lastMerged + 1; id++)
        {
            if (piece.SequenceEqual(vocabulary.Piece(id)))
            {
                lastMerged = id;
                return true;
            }
        }

        return vocabulary.TryGetId(piece, out id) && (lastMerged = id) >= 0;
    }

    public BpeModel Build() => new(vocabulary, table, options, wordsEndBeforeMetaspace);
}

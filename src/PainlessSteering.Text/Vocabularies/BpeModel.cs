using System.Globalization;

namespace PainlessSteering.Text.Vocabularies;

/// <summary>Byte-pair encoding: the characters of a word are merged, lowest rank first, leftmost first among equals.</summary>
internal sealed class BpeModel : IVocabularyModel
{
    private readonly int[] bytePieces = new int[256];
    private readonly int[] characterPieces = new int[0x10000];

    public BpeModel(Vocabulary vocabulary, MergeTable merges, BpeOptions options, bool wordsEndBeforeMetaspace)
    {
        Vocabulary = vocabulary;
        Merges = merges;
        Options = options;
        for (var value = 0; value < 256; value++)
        {
            bytePieces[value] = vocabulary.IdOf(string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>")) ?? -1;
        }

        Array.Fill(characterPieces, -1);
        for (var id = 0; id < vocabulary.Size; id++)
        {
            if (vocabulary.Piece(id) is [var unit])
            {
                characterPieces[unit] = id;
            }
        }

        UnknownId = options.UnknownToken is null ? null : vocabulary.IdOf(options.UnknownToken);
        WordsEndBeforeMetaspace = wordsEndBeforeMetaspace;
    }

    public Vocabulary Vocabulary { get; }

    public MergeTable Merges { get; }

    public BpeOptions Options { get; }

    public int? UnknownId { get; }

    /// <summary>
    /// Whether no merge joins another character with a following '▁'. Then a text may be cut there before merging:
    /// the parts never meet, and each is short and likely known.
    /// </summary>
    public bool WordsEndBeforeMetaspace { get; }

    /// <summary>Every merge as its two pieces, lowest rank first; of those with one rank the longer left, then the longer right part first, as Hugging Face lists them.</summary>
    public IEnumerable<(string Left, string Right, int Id)> MergesInOrder() => Merges.All
        .Select(merge => (merge.Rank, Left: Vocabulary.Piece(merge.Left)!, Right: Vocabulary.Piece(merge.Right)!, merge.Id, LeftId: merge.Left, RightId: merge.Right))
        .OrderBy(merge => merge.Rank).ThenByDescending(merge => Characters(merge.Left)).ThenByDescending(merge => Characters(merge.Right))
        .ThenBy(merge => merge.Id).ThenBy(merge => merge.LeftId).ThenBy(merge => merge.RightId)
        .Select(merge => (merge.Left, merge.Right, merge.Id));

    public IPieceEncoder CreateEncoder() => new BpeEncoder(this);

    public void Locate(ReadOnlySpan<char> word, ReadOnlySpan<int> ids, List<(int Start, int End)> spans) => BpeSpans.Locate(this, word, ids, spans);

    /// <summary>Whether an id is the piece of a byte.</summary>
    public bool IsBytePiece(int id) => Options.ByteFallback && Array.IndexOf(bytePieces, id) >= 0;

    /// <summary>The id of the piece for one byte, or -1.</summary>
    public int BytePiece(byte value) => bytePieces[value];

    /// <summary>The id of the piece that is one UTF-16 unit, or -1.</summary>
    public int CharacterPiece(char unit) => characterPieces[unit];

    private static int Characters(string piece) => piece.Length - piece.Count(char.IsLowSurrogate);
}

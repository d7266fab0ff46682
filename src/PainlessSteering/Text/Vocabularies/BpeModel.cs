using System.Globalization;

namespace PainlessSteering.Text.Vocabularies;

/// <summary>What a byte-pair encoding does beside merging; names and defaults as in tokenizer.json.</summary>
internal sealed record BpeOptions
{
    public string? UnknownToken { get; init; }

    /// <summary>A run of unknown characters is one unknown token.</summary>
    public bool FuseUnknown { get; init; }

    /// <summary>An unknown character becomes its UTF-8 bytes, as pieces &lt;0x00&gt; to &lt;0xFF&gt;.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>A word that is itself a piece is taken whole.</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>Stands before every character of a word but the first.</summary>
    public string? ContinuingPrefix { get; init; }

    /// <summary>Stands behind the last character of a word.</summary>
    public string? EndOfWordSuffix { get; init; }
}

/// <summary>Byte-pair encoding: the characters of a word are merged, lowest rank first, leftmost first among equals.</summary>
internal sealed class BpeModel : IVocabularyModel
{
    private const char Metaspace = '▁';
    private readonly int[] bytePieces = new int[256];
    private readonly int[] characterPieces = new int[0x10000];

    private BpeModel(Vocabulary vocabulary, MergeTable merges, BpeOptions options, bool metaspaceBegins)
    {
        Vocabulary = vocabulary;
        Merges = merges;
        Options = options;
        for (var value = 0; value < 256; value++)
        {
            bytePieces[value] = vocabulary.IdOf(string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>")) ?? -1;
        }

        Array.Fill(characterPieces, -1);
        foreach (var (piece, id) in vocabulary.Entries)
        {
            if (piece.Length == 1)
            {
                characterPieces[piece[0]] = id;
            }
        }

        UnknownId = options.UnknownToken is null ? null : vocabulary.IdOf(options.UnknownToken);
        WordsEndBeforeMetaspace = metaspaceBegins && vocabulary.IdOf([Metaspace]) is not null
            && !options.IgnoreMerges && options.ContinuingPrefix is null && options.EndOfWordSuffix is null;
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

    public IPieceEncoder CreateEncoder() => new BpeEncoder(this);

    /// <summary>The id of the piece for one byte, or -1.</summary>
    public int BytePiece(byte value) => bytePieces[value];

    /// <summary>The id of the piece that is one UTF-16 unit, or -1.</summary>
    public int CharacterPiece(char unit) => characterPieces[unit];

    /// <summary>Makes the model from pairs in order of rank; <paramref name="error"/> makes the error for the pair of a rank.</summary>
    public static BpeModel Create(Vocabulary vocabulary, IEnumerable<(string Left, string Right)> pairs, int count, BpeOptions options, Func<int, string, PasException> error)
    {
        var merges = new MergeTable(count);
        var prefix = options.ContinuingPrefix?.Length ?? 0;
        var metaspaceBegins = true;
        Span<char> buffer = stackalloc char[256];
        var rank = 0;
        foreach (var (left, right) in pairs)
        {
            var merged = left.Length + right.Length <= buffer.Length ? buffer[..(left.Length + right.Length)] : new char[left.Length + right.Length];
            left.CopyTo(merged);
            right.AsSpan(Math.Min(prefix, right.Length)).CopyTo(merged[left.Length..]);
            merged = merged[..(left.Length + Math.Max(0, right.Length - prefix))];
            if (!vocabulary.TryGetId(left, out var leftId) || !vocabulary.TryGetId(right, out var rightId) || !vocabulary.TryGetId(merged, out var id))
            {
                throw error(rank, $"the merge of '{left}' and '{right}' names a piece that is not in the vocabulary");
            }

            metaspaceBegins &= !right.StartsWith(Metaspace) || left.EndsWith(Metaspace);
            merges.Set(leftId, rightId, rank++, id);
        }

        return new BpeModel(vocabulary, merges, options, metaspaceBegins);
    }

    public static BpeModel Read(JsonPart model)
    {
        var options = new BpeOptions
        {
            UnknownToken = model["unk_token"].OptionalText(),
            FuseUnknown = model["fuse_unk"].Flag(false),
            ByteFallback = model["byte_fallback"].Flag(false),
            IgnoreMerges = model["ignore_merges"].Flag(false),
            ContinuingPrefix = model["continuing_subword_prefix"].OptionalText(),
            EndOfWordSuffix = model["end_of_word_suffix"].OptionalText(),
        };
        var vocabulary = Vocabulary.Read(model.Required("vocab"));
        var merges = model.Required("merges");
        var pairs = merges.Items().Where(IsMerge).Select(Pair);
        return Create(vocabulary, pairs, merges.Value.GetArrayLength(), options, (rank, what) => merges.Error(string.Create(CultureInfo.InvariantCulture, $"{what} (merge {rank + 1})")));
    }

    private static bool IsMerge(JsonPart merge) =>
        merge.Value.ValueKind != System.Text.Json.JsonValueKind.String || !merge.Text().StartsWith("#version", StringComparison.Ordinal);

    /// <summary>A merge is written "left right", or ["left", "right"] where pieces may hold spaces.</summary>
    private static (string Left, string Right) Pair(JsonPart merge)
    {
        if (merge.Value.ValueKind == System.Text.Json.JsonValueKind.Array && merge.Value.GetArrayLength() == 2)
        {
            var items = merge.Items().ToArray();
            return (items[0].Text(), items[1].Text());
        }

        var text = merge.Text();
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space >= 0 && text.IndexOf(' ', space + 1) < 0
            ? (text[..space], text[(space + 1)..])
            : throw merge.Error("a merge is two pieces with one space between them", found: $"'{text}'");
    }
}

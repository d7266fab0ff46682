using System.Text;
using PainlessSteering.Text.Decoders;
using PainlessSteering.Text.Normalizers;
using PainlessSteering.Text.PostProcessors;
using PainlessSteering.Text.Vocabularies;

namespace PainlessSteering.Text;

/// <summary>What a text passes through with a SentencePiece vocabulary of the BPE kind, wherever that is stored: byte fallback, and '▁' for a space.</summary>
internal static class SentencePieceStages
{
    private const string Metaspace = "▁";

    /// <param name="vocabulary">The pieces.</param>
    /// <param name="merges">Pairs of pieces that make another, best first.</param>
    /// <param name="tiesShareRank">
    /// Whether of merges with the same score the leftmost in the text goes first, as in SentencePiece; otherwise the earlier in
    /// the list, as in what Hugging Face makes of such a vocabulary.
    /// </param>
    /// <param name="added">Tokens that are found in the text first.</param>
    /// <param name="unknown">The piece for what cannot be written otherwise; or null.</param>
    /// <param name="file">File that names it, for errors.</param>
    /// <param name="prefix">Whether every text between added tokens begins with a '▁'.</param>
    /// <param name="postProcessor">Adds what stands around a text; or null.</param>
    public static TokenizerStages Make(
        Vocabulary vocabulary,
        IReadOnlyList<(string Left, string Right, float Score)> merges,
        bool tiesShareRank,
        IEnumerable<AddedToken> added,
        string? unknown,
        string file,
        bool prefix,
        IPostProcessor? postProcessor)
    {
        var builder = new BpeBuilder(vocabulary, new BpeOptions { UnknownToken = unknown, UnknownTokenPlace = file, FuseUnknown = true, ByteFallback = true }, merges.Count);
        float? last = null;
        foreach (var (left, right, score) in merges)
        {
            builder.TryAdd(left, right, sharesRank: tiesShareRank && score == last); // Both parts and the whole are pieces, by the way they were found.
            last = score;
        }

        var spaces = new ReplaceNormalizer(TextPattern.Literal(" "), Metaspace);
        INormalizer normalizer = prefix ? new NormalizerSequence([new PrependNormalizer(Metaspace), spaces]) : spaces;
        List<IDecoder> decoders = [new ReplaceDecoder(TextPattern.Literal(Metaspace), " "), new ByteFallbackDecoder(), new FuseDecoder()];
        if (prefix)
        {
            decoders.Add(new StripDecoder(new Rune(' '), 1, 0));
        }

        return new TokenizerStages(new AddedVocabulary(added, vocabulary, normalizer), normalizer, PreTokenizer: null, builder.Build(), postProcessor, new DecoderSequence(decoders));
    }
}

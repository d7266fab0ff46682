using System.Text;
using PainlessSteering.Text.Decoders;
using PainlessSteering.Text.Normalizers;
using PainlessSteering.Text.PostProcessors;
using PainlessSteering.Text.Vocabularies;

namespace PainlessSteering.Text;

/// <summary>
/// Reads a SentencePiece tokenizer.model of the BPE kind, and makes of it what Hugging Face's converter for Llama makes:
/// merges derived from the scores of the pieces, byte fallback, and a '▁' before every text between special tokens.
/// </summary>
internal static class SentencePieceFile
{
    private const string Metaspace = "▁";

    public static TokenizerStages Read(Stream stream, string file)
    {
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        SentencePieceModel model;
        try
        {
            model = SentencePieceModel.Parse(memory.GetBuffer().AsSpan(0, (int)memory.Length));
        }
        catch (InvalidDataException exception)
        {
            throw new PasException($"not a SentencePiece model: {exception.Message}", file, inner: exception);
        }

        if (model.Pieces.Count == 0)
        {
            throw new PasException("not a SentencePiece model: it has no pieces", file);
        }

        if (model.Kind != SentencePieceModel.BytePairEncoding)
        {
            throw new PasException("SentencePiece models of this kind are not supported", file, "the BPE kind (2)", $"kind {model.Kind}", "use the model's tokenizer.json");
        }

        return Convert(model, file);
    }

    private static TokenizerStages Convert(SentencePieceModel model, string file)
    {
        var vocabulary = new Vocabulary([.. model.Pieces.Select((piece, id) => (piece.Text, id))]);
        var options = new BpeOptions { UnknownToken = model.UnknownPiece, UnknownTokenPlace = file, FuseUnknown = true, ByteFallback = true };
        var merges = Merges(model, vocabulary);
        var builder = new BpeBuilder(vocabulary, options, merges.Count);
        foreach (var (left, right) in merges)
        {
            builder.TryAdd(left, right); // Both parts and the whole are pieces, by the way they were found.
        }

        var added = model.Pieces.Where(piece => piece.IsControl || piece.IsUserDefined || piece.IsUnknown)
            .Select(piece => new AddedToken(piece.Text, false, false, false, Normalized: false, Special: !piece.IsUserDefined));
        var spaces = new ReplaceNormalizer(TextPattern.Literal(" "), Metaspace);
        INormalizer normalizer = model.AddDummyPrefix ? new NormalizerSequence([new PrependNormalizer(Metaspace), spaces]) : spaces;
        List<IDecoder> decoders = [new ReplaceDecoder(TextPattern.Literal(Metaspace), " "), new ByteFallbackDecoder(), new FuseDecoder()];
        if (model.AddDummyPrefix)
        {
            decoders.Add(new StripDecoder(new Rune(' '), 1, 0));
        }

        return new TokenizerStages(
            new AddedVocabulary(added, vocabulary, normalizer),
            normalizer,
            PreTokenizer: null,
            builder.Build(),
            vocabulary.IdOf(model.BeginPiece) is { } begin ? new TemplatePostProcessor([[begin], null]) : null,
            new DecoderSequence(decoders));
    }

    /// <summary>Every way to make a piece of two others, best score first; longer left and then longer right parts first among equals.</summary>
    private static List<(string Left, string Right)> Merges(SentencePieceModel model, Vocabulary vocabulary)
    {
        var found = new List<(string Left, string Right, float Score, int LeftLength, int RightLength)>();
        foreach (var (text, score, _) in model.Pieces)
        {
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
            .Select(merge => (merge.Left, merge.Right))];
    }
}

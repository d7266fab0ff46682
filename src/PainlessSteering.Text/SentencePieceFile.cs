using PainlessSteering.Text.PostProcessors;
using PainlessSteering.Text.Vocabularies;

namespace PainlessSteering.Text;

/// <summary>
/// Reads a SentencePiece tokenizer.model of the BPE kind, and makes of it what Hugging Face's converter for Llama makes:
/// merges derived from the scores of the pieces, byte fallback, and a '▁' before every text between special tokens.
/// </summary>
internal static class SentencePieceFile
{
    /// <summary>Bytes of a file. The largest published have five million.</summary>
    private const long MostBytes = 64_000_000;

    public static TokenizerStages Read(Stream stream, string file)
    {
        SentencePieceModel model;
        try
        {
            model = SentencePieceModel.Parse(FileLimit.Read(stream, file, MostBytes, "the SentencePiece model"));
        }
        catch (InvalidDataException exception)
        {
            throw new PasException($"not a SentencePiece model: {exception.Message}", file, inner: exception) { Code = ErrorCodes.FileDamaged };
        }

        if (model.Pieces.Count == 0)
        {
            throw new PasException("not a SentencePiece model: it has no pieces", file) { Code = ErrorCodes.FileDamaged };
        }

        if (model.Kind != SentencePieceModel.BytePairEncoding)
        {
            throw new PasException("SentencePiece models of this kind are not supported", file, "the BPE kind (2)", $"kind {model.Kind}", "use the model's tokenizer.json") { Code = ErrorCodes.NotSupported };
        }

        using var budget = new TextBudget(0);
        try
        {
            return Convert(model, file);
        }
        catch (TextLimitException error)
        {
            throw error.Of(file);
        }
    }

    private static TokenizerStages Convert(SentencePieceModel model, string file)
    {
        var vocabulary = new Vocabulary([.. model.Pieces.Select((piece, id) => (piece.Text, id))]);
        var added = model.Pieces.Where(piece => piece.IsControl || piece.IsUserDefined || piece.IsUnknown)
            .Select(piece => new AddedToken(piece.Text, false, false, false, Normalized: false, Special: !piece.IsUserDefined));
        return SentencePieceStages.Make(
            vocabulary,
            SentencePieceMerges.Find([.. model.Pieces.Select(piece => (piece.Text, piece.Score))], vocabulary),
            tiesShareRank: false,
            added,
            model.UnknownPiece,
            file,
            model.AddDummyPrefix,
            vocabulary.IdOf(model.BeginPiece) is { } begin ? new TemplatePostProcessor([[begin], null]) : null);
    }
}

namespace PainlessSteering.Text.Vocabularies;

/// <summary>Every pre-token is a piece or unknown.</summary>
internal sealed class WordLevelModel(Vocabulary vocabulary, string unknownToken, string unknownTokenPlace) : IVocabularyModel, IPieceEncoder
{
    private readonly int? unknownId = vocabulary.IdOf(unknownToken);

    public Vocabulary Vocabulary => vocabulary;

    public static WordLevelModel Read(JsonPart model)
    {
        model.Account(["type", "vocab", "unk_token"]);
        return new(Vocabulary.Read(model.Required("vocab")), model.Required("unk_token").Text(), model["unk_token"].Place);
    }

    public IPieceEncoder CreateEncoder() => this;

    public void Locate(ReadOnlySpan<char> word, ReadOnlySpan<int> ids, List<(int Start, int End)> spans) => spans.Add((0, word.Length));

    public void Encode(ReadOnlySpan<char> word, List<int> ids) => ids.Add(vocabulary.IdOf(word) ?? unknownId ?? throw new PasException(
        $"'{word}' is not in the vocabulary, and neither is the unknown token '{unknownToken}'", unknownTokenPlace)
    { Code = ErrorCodes.FileDamaged });
}

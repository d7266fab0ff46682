namespace PainlessSteering.Text.Vocabularies;

/// <summary>Turns a pre-token into ids. Immutable; the encoders that it makes are not thread safe.</summary>
internal interface IVocabularyModel
{
    Vocabulary Vocabulary { get; }

    IPieceEncoder CreateEncoder();
}

/// <summary>One thread's working memory for a vocabulary model.</summary>
internal interface IPieceEncoder
{
    /// <summary>Appends the ids of one pre-token, which is not empty.</summary>
    void Encode(ReadOnlySpan<char> word, List<int> ids);
}

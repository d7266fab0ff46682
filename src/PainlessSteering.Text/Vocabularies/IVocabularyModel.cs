namespace PainlessSteering.Text.Vocabularies;

/// <summary>Turns a pre-token into ids. Immutable; the encoders that it makes are not thread safe.</summary>
internal interface IVocabularyModel
{
    Vocabulary Vocabulary { get; }

    IPieceEncoder CreateEncoder();

    /// <summary>Appends for each id of a pre-token the units of it that the id stands for.</summary>
    /// <param name="word">The pre-token.</param>
    /// <param name="ids">What an encoder made of it.</param>
    /// <param name="spans">Gets one for each id.</param>
    void Locate(ReadOnlySpan<char> word, ReadOnlySpan<int> ids, List<(int Start, int End)> spans);
}

/// <summary>One thread's working memory for a vocabulary model.</summary>
internal interface IPieceEncoder
{
    /// <summary>Appends the ids of one pre-token, which is not empty.</summary>
    void Encode(ReadOnlySpan<char> word, List<int> ids);
}

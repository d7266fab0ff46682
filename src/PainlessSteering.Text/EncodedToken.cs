namespace PainlessSteering.Text;

/// <summary>A token of an encoded text.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Piece">The token as the vocabulary stores it, e.g. <c>Ġthe</c> or <c>▁the</c>.</param>
/// <param name="Offset">
/// The part of the text that it stands for, in UTF-16 units: <c>text[token.Offset]</c>. Tokens that share a character, as bytes of one do,
/// have it all; one that was added stands for nothing, at the beginning.
/// </param>
/// <param name="IsAdded">Whether it is not of the text but of what the model expects around one. A special token that the text itself spells is of the text.</param>
public readonly record struct EncodedToken(int Id, string Piece, Range Offset, bool IsAdded);

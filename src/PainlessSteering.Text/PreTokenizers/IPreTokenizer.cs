namespace PainlessSteering.Text.PreTokenizers;

/// <summary>Cuts a text into pre-tokens, which the model encodes one by one; may rewrite them. Immutable.</summary>
internal interface IPreTokenizer
{
    void Apply(PieceBuffer pieces);
}

using System.Text.Json.Nodes;

namespace PainlessSteering.Text.PreTokenizers;

/// <summary>Cuts a text into pre-tokens, which the model encodes one by one; may rewrite them. Immutable.</summary>
internal interface IPreTokenizer
{
    void Apply(PieceBuffer pieces);

    /// <summary>What a tokenizer.json says of it.</summary>
    JsonObject ToJson();
}

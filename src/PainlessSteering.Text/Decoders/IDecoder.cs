using System.Text.Json.Nodes;

namespace PainlessSteering.Text.Decoders;

/// <summary>One step from pieces back to text; the strings that come out of the last step are joined. Immutable.</summary>
internal interface IDecoder
{
    IReadOnlyList<string> Decode(IReadOnlyList<string> pieces);

    /// <summary>The bytes that a piece stands for, which may be a part of a character; null where this step does not read it as bytes.</summary>
    byte[]? Bytes(string piece) => null;

    /// <summary>What a tokenizer.json says of it.</summary>
    JsonObject ToJson();
}

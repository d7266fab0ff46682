using System.Text.Json.Nodes;

namespace PainlessSteering.Text.Decoders;

/// <summary>Turns the suffix that ends a word into a space, and drops it at the end of the text.</summary>
internal sealed class BpeSuffixDecoder(string suffix) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> pieces) => suffix.Length == 0
        ? pieces
        : [.. pieces.Select((piece, i) => piece.Replace(suffix, i == pieces.Count - 1 ? "" : " ", StringComparison.Ordinal))];

    public JsonObject ToJson() => new() { ["type"] = "BPEDecoder", ["suffix"] = suffix };
}

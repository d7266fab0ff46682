using System.Text.Json.Nodes;

namespace PainlessSteering.Text.Decoders;

/// <summary>Decoders one after another.</summary>
internal sealed class DecoderSequence(IReadOnlyList<IDecoder> decoders) : IDecoder
{
    /// <summary>Real files have up to five. Of so many each is bounded by what the text may grow to; of more, the lengths of all pieces are paid for again.</summary>
    private const int Few = 16;

    public IReadOnlyList<string> Decode(IReadOnlyList<string> pieces)
    {
        foreach (var decoder in decoders)
        {
            TextBudget.Spend(1 + pieces.Count + (decoders.Count > Few ? pieces.Sum(piece => (long)piece.Length) / 4 : 0));
            pieces = decoder.Decode(pieces);
        }

        return pieces;
    }

    public byte[]? Bytes(string piece)
    {
        foreach (var decoder in decoders)
        {
            if (decoder.Bytes(piece) is { } bytes)
            {
                return bytes;
            }

            piece = string.Concat(decoder.Decode([piece]));
        }

        return null;
    }

    public JsonObject ToJson() => new() { ["type"] = "Sequence", ["decoders"] = new JsonArray([.. decoders.Select(decoder => decoder.ToJson())]) };
}

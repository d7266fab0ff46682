namespace PainlessSteering.Text.Decoders;

/// <summary>Decoders one after another.</summary>
internal sealed class DecoderSequence(IReadOnlyList<IDecoder> decoders) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> pieces)
    {
        foreach (var decoder in decoders)
        {
            pieces = decoder.Decode(pieces);
            var length = pieces.Sum(piece => (long)piece.Length);
            TextBudget.Limit(length);
            TextBudget.Spend(1 + pieces.Count + (length / 4));
        }

        return pieces;
    }
}

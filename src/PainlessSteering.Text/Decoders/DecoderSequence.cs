namespace PainlessSteering.Text.Decoders;

/// <summary>Decoders one after another.</summary>
internal sealed class DecoderSequence(IReadOnlyList<IDecoder> decoders) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> pieces) => decoders.Aggregate(pieces, (current, decoder) => decoder.Decode(current));
}

namespace PainlessSteering.Text.Decoders;

/// <summary>One step from pieces back to text; the strings that come out of the last step are joined. Immutable.</summary>
internal interface IDecoder
{
    IReadOnlyList<string> Decode(IReadOnlyList<string> pieces);
}

namespace PainlessSteering.Text.Decoders;

/// <summary>Replaces what a pattern matches in every piece.</summary>
internal sealed class ReplaceDecoder(TextPattern pattern, string content) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> pieces) => [.. pieces.Select(piece => pattern.Replace(piece, content))];
}

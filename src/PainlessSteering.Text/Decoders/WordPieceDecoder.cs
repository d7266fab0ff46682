using System.Text.Json.Nodes;

namespace PainlessSteering.Text.Decoders;

/// <summary>Joins pieces with spaces, except those that continue a word; may tidy the spaces before punctuation and English contractions.</summary>
internal sealed class WordPieceDecoder(string prefix, bool cleanup) : IDecoder
{
    private static readonly (string From, string To)[] Tidy =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
        (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    public IReadOnlyList<string> Decode(IReadOnlyList<string> pieces) => [.. pieces.Select((piece, i) =>
    {
        var text = i == 0 ? piece : piece.StartsWith(prefix, StringComparison.Ordinal) ? piece[prefix.Length..] : " " + piece;
        return cleanup ? Tidy.Aggregate(text, (current, pair) => current.Replace(pair.From, pair.To, StringComparison.Ordinal)) : text;
    })];

    public JsonObject ToJson() => new() { ["type"] = "WordPiece", ["prefix"] = prefix, ["cleanup"] = cleanup };
}

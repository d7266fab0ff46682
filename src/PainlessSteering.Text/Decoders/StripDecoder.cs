using System.Text;
using System.Text.Json.Nodes;

namespace PainlessSteering.Text.Decoders;

/// <summary>Takes up to so many of a character from the start and the end of every piece.</summary>
internal sealed class StripDecoder(Rune content, int start, int stop) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> pieces) => [.. pieces.Select(Strip)];

    private string Strip(string piece)
    {
        var unit = content.ToString();
        var (from, to) = (0, piece.Length);
        for (var i = 0; i < start && piece.AsSpan(from, to - from).StartsWith(unit, StringComparison.Ordinal); i++)
        {
            from += unit.Length;
        }

        for (var i = 0; i < stop && piece.AsSpan(from, to - from).EndsWith(unit, StringComparison.Ordinal); i++)
        {
            to -= unit.Length;
        }

        return piece[from..to];
    }

    public JsonObject ToJson() => new() { ["type"] = "Strip", ["content"] = content.ToString(), ["start"] = start, ["stop"] = stop };
}

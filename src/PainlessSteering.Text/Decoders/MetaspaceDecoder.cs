using System.Text;
using System.Text.Json.Nodes;

namespace PainlessSteering.Text.Decoders;

/// <summary>Turns '▁' into spaces; those of the first piece are dropped if encoding puts one there.</summary>
internal sealed class MetaspaceDecoder(Rune replacement, bool dropsFirst) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> pieces) =>
        [.. pieces.Select((piece, i) => piece.Replace(replacement.ToString(), i == 0 && dropsFirst ? "" : " ", StringComparison.Ordinal))];

    public JsonObject ToJson() => new() { ["type"] = "Metaspace", ["replacement"] = replacement.ToString(), ["prepend_scheme"] = dropsFirst ? "always" : "never", ["split"] = true };
}

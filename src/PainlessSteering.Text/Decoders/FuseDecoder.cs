using System.Text.Json.Nodes;

namespace PainlessSteering.Text.Decoders;

/// <summary>Joins all pieces, so that the steps after it see one string.</summary>
internal sealed class FuseDecoder : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> pieces) => [string.Concat(pieces)];

    public JsonObject ToJson() => new() { ["type"] = "Fuse" };
}

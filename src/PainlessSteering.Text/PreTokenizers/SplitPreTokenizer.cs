using System.Text.Json.Nodes;

namespace PainlessSteering.Text.PreTokenizers;

/// <summary>Cuts at what a pattern matches.</summary>
internal sealed class SplitPreTokenizer(TextPattern pattern, SplitBehavior behavior, bool invert) : IPreTokenizer
{
    private readonly PieceBuffer.Finder find = pattern.FindAll;

    public void Apply(PieceBuffer pieces) => pieces.Split(find, behavior, invert);

    public JsonObject ToJson() => new() { ["type"] = "Split", ["pattern"] = pattern.ToJson(), ["behavior"] = $"{behavior}", ["invert"] = invert };
}

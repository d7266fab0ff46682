using System.Text.Json.Nodes;

namespace PainlessSteering.Text.Decoders;

/// <summary>Replaces what a pattern matches in every piece.</summary>
internal sealed class ReplaceDecoder(TextPattern pattern, string content) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> pieces)
    {
        var (result, length) = (new string[pieces.Count], 0L);
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = pattern.Replace(pieces[i], content);
            length += result[i].Length;
        }

        TextBudget.Limit(length);
        TextBudget.Spend(length / 4);
        return result;
    }

    public JsonObject ToJson() => new() { ["type"] = "Replace", ["pattern"] = pattern.ToJson(), ["content"] = content };
}

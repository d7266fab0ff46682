using System.Text.Json.Nodes;
using PainlessSteering.Text.Offsets;

namespace PainlessSteering.Text.Normalizers;

/// <summary>Takes white space from the ends.</summary>
internal sealed class StripNormalizer(bool left, bool right) : INormalizer
{
    public string Normalize(string text)
    {
        text = left ? text.TrimStart() : text;
        return right ? text.TrimEnd() : text;
    }

    public AlignedText Trace(AlignedText text)
    {
        var start = left ? text.Text.Length - text.Text.AsSpan().TrimStart().Length : 0;
        return text.Slice(start, Normalize(text.Text).Length);
    }

    public bool KeepsStart(string text) => !left || !char.IsWhiteSpace(text[0]);

    public JsonObject ToJson() => new() { ["type"] = "Strip", ["strip_left"] = left, ["strip_right"] = right };
}

using System.Text.Json.Nodes;
using PainlessSteering.Text.Offsets;

namespace PainlessSteering.Text.Normalizers;

/// <summary>Puts a string before every text that is not empty.</summary>
internal sealed class PrependNormalizer(string prefix) : INormalizer
{
    public string Normalize(string text) => text.Length == 0 ? text : prefix + text;

    /// <summary>What was put before stands for the first character.</summary>
    public AlignedText Trace(AlignedText text)
    {
        if (text.Text.Length == 0)
        {
            return text;
        }

        var result = new AlignedTextBuilder(text);
        result.Append(prefix, 0, AlignedText.WidthAt(text.Text, 0));
        result.Copy(0, text.Text.Length);
        return result.Build();
    }

    public JsonObject ToJson() => new() { ["type"] = "Prepend", ["prepend"] = prefix };
}

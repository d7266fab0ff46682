using System.Text.Json.Nodes;
using PainlessSteering.Text.Offsets;

namespace PainlessSteering.Text.Normalizers;

/// <summary>Replaces what a pattern matches.</summary>
internal sealed class ReplaceNormalizer(TextPattern pattern, string content) : INormalizer
{
    public string Normalize(string text) => pattern.Replace(text, content);

    public AlignedText Trace(AlignedText text)
    {
        var matches = new List<(int Start, int End)>();
        pattern.FindAll(text.Text, matches);
        var result = new AlignedTextBuilder(text);
        var done = 0;
        foreach (var (start, end) in matches)
        {
            result.Copy(done, start);
            result.Append(content, text.Before(end), end);
            done = end;
        }

        result.Copy(done, text.Text.Length);
        return result.Build();
    }

    /// <summary>What replaces a match stands for the last character of it.</summary>
    public bool KeepsStart(string text) => pattern.MatchAtStart(text) is var width && (width == 0 || (width == (char.IsHighSurrogate(text[0]) ? 2 : 1) && content.Length > 0));

    public JsonObject ToJson() => new() { ["type"] = "Replace", ["pattern"] = pattern.ToJson(), ["content"] = content };
}

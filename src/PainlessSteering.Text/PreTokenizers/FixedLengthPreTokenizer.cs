using System.Text.Json.Nodes;

namespace PainlessSteering.Text.PreTokenizers;

/// <summary>Cuts into pieces of so many characters.</summary>
internal sealed class FixedLengthPreTokenizer(int length) : IPreTokenizer
{
    public void Apply(PieceBuffer pieces) => pieces.Split(Find, SplitBehavior.Isolated);

    private void Find(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        for (int start = 0, end = 0; start < text.Length; start = end)
        {
            for (var count = 0; count < length && end < text.Length; count++)
            {
                end += end + 1 < text.Length && char.IsHighSurrogate(text[end]) ? 2 : 1;
            }

            matches.Add((start, end));
        }
    }

    public JsonObject ToJson() => new() { ["type"] = "FixedLength", ["length"] = length };
}

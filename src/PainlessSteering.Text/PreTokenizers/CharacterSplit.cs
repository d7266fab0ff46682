using PainlessSteering.Text.Patterns;

namespace PainlessSteering.Text.PreTokenizers;

/// <summary>Cuts at every single character of a class: digits, punctuation, white space or one delimiter.</summary>
internal sealed class CharacterSplit(CharacterClass set, SplitBehavior behavior) : IPreTokenizer
{
    public void Apply(PieceBuffer pieces) => pieces.Split(Find, behavior);

    private void Find(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        for (int at = 0, width; at < text.Length; at += width)
        {
            width = set.Match(text, at);
            if (width > 0)
            {
                matches.Add((at, at + width));
            }
            else
            {
                width = at + 1 < text.Length && char.IsHighSurrogate(text[at]) ? 2 : 1;
            }
        }
    }
}

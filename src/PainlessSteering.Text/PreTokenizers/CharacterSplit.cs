using System.Text;
using System.Text.Json.Nodes;
using PainlessSteering.Text.Patterns;

namespace PainlessSteering.Text.PreTokenizers;

/// <summary>Cuts at every single character of a class: digits, punctuation, white space or one delimiter.</summary>
internal sealed class CharacterSplit : IPreTokenizer
{
    private readonly CharacterClass set;
    private readonly SplitBehavior behavior;
    private readonly JsonObject json;

    private CharacterSplit(CharacterClass set, SplitBehavior behavior, JsonObject json) => (this.set, this.behavior, this.json) = (set, behavior, json);

    /// <summary>Digits of any script, each alone or runs of them.</summary>
    public static CharacterSplit Digits(bool individually) => new(
        new CharacterClass(UnicodeSets.IsNumeric), individually ? SplitBehavior.Isolated : SplitBehavior.Contiguous, new() { ["type"] = "Digits", ["individual_digits"] = individually });

    /// <summary>Punctuation of any script.</summary>
    public static CharacterSplit Punctuation(SplitBehavior behavior) =>
        new(new CharacterClass(UnicodeSets.IsPunctuation), behavior, new() { ["type"] = "Punctuation", ["behavior"] = $"{behavior}" });

    /// <summary>White space, which is left out.</summary>
    public static CharacterSplit WhiteSpace() => new(new CharacterClass(UnicodeSets.IsWhiteSpace), SplitBehavior.Removed, new() { ["type"] = "WhitespaceSplit" });

    /// <summary>One character, which is left out.</summary>
    public static CharacterSplit At(Rune delimiter) =>
        new(CharacterClass.Of(delimiter.Value), SplitBehavior.Removed, new() { ["type"] = "CharDelimiterSplit", ["delimiter"] = delimiter.ToString() });

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

    public JsonObject ToJson() => json.DeepClone().AsObject();
}

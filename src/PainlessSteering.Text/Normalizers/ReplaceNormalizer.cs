namespace PainlessSteering.Text.Normalizers;

/// <summary>Replaces what a pattern matches.</summary>
internal sealed class ReplaceNormalizer(TextPattern pattern, string content) : INormalizer
{
    public string Normalize(string text) => pattern.Replace(text, content);

    /// <summary>What replaces a match stands for the last character of it.</summary>
    public bool KeepsStart(string text) => pattern.MatchAtStart(text) is var width && (width == 0 || (width == (char.IsHighSurrogate(text[0]) ? 2 : 1) && content.Length > 0));
}

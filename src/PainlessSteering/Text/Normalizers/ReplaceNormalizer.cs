namespace PainlessSteering.Text.Normalizers;

/// <summary>Replaces what a pattern matches.</summary>
internal sealed class ReplaceNormalizer(TextPattern pattern, string content) : INormalizer
{
    public string Normalize(string text) => pattern.Replace(text, content);
}

namespace PainlessSteering.Text.Normalizers;

/// <summary>Takes white space from the ends.</summary>
internal sealed class StripNormalizer(bool left, bool right) : INormalizer
{
    public string Normalize(string text)
    {
        text = left ? text.TrimStart() : text;
        return right ? text.TrimEnd() : text;
    }

    public bool KeepsStart(string text) => !left || !char.IsWhiteSpace(text[0]);
}

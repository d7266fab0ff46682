namespace PainlessSteering.Text;

/// <summary>A token that is found in the text before anything else happens to it.</summary>
/// <param name="Content">What it is in the text.</param>
/// <param name="SingleWord">Only where no word character touches it.</param>
/// <param name="StripLeft">It takes the white space on its left with it.</param>
/// <param name="StripRight">It takes the white space on its right with it.</param>
/// <param name="Normalized">It is looked for, normalised, in the normalised text; otherwise in the text as it came.</param>
/// <param name="Special">Decoding may leave it out.</param>
internal sealed record AddedToken(string Content, bool SingleWord, bool StripLeft, bool StripRight, bool Normalized, bool Special)
{
    public static AddedToken Read(JsonPart part)
    {
        part.EnsureOnly("id", "content", "single_word", "lstrip", "rstrip", "normalized", "special", "__type");
        var special = part["special"].Flag(false);
        return new AddedToken(
            part.Required("content").Text(),
            part["single_word"].Flag(false),
            part["lstrip"].Flag(false),
            part["rstrip"].Flag(false),
            part["normalized"].Flag(!special),
            special);
    }
}

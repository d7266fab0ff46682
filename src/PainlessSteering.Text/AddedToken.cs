using System.Text.Json;

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
    private const string Elsewhere = "the token's own entry says how it is found";

    private static readonly (string, string) Kind = ("__type", "names a class of Python's");

    /// <summary>The text of a token that a file names: a text, or an object whose <c>content</c> is the text.</summary>
    public static string TextOf(JsonPart token)
    {
        if (token.Value.ValueKind != JsonValueKind.Object)
        {
            return token.Text();
        }

        var content = token.Required("content").Text();
        token.Account(["content"], Kind, ("id", Elsewhere), ("single_word", Elsewhere), ("lstrip", Elsewhere), ("rstrip", Elsewhere), ("normalized", Elsewhere), ("special", Elsewhere));
        return content;
    }

    public static AddedToken Read(JsonPart part)
    {
        part.Account(["id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"], Kind);
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

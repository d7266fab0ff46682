using System.Globalization;

namespace PainlessSteering;

/// <summary>Texts of files, requests, hubs and models, which may hold anything, as a terminal may show them.</summary>
internal static class TerminalText
{
    private const char Instead = '\uFFFD';

    /// <summary>
    /// Whether a character could command a terminal instead of being seen: the control characters of ASCII but line break and tab, DEL, those from
    /// U+0080 to U+009F, and the marks that turn the direction of what follows, by which a name can look like another.
    /// </summary>
    public static bool IsUnsafe(char character) =>
        (char.IsControl(character) && character is not ('\n' or '\t')) || character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    /// <summary>The text with a sign in the place of each such character.</summary>
    public static string Safe(string text) => text.Any(IsUnsafe) ? string.Concat(text.Replace("\r\n", "\n", StringComparison.Ordinal).Select(Safe)) : text;

    /// <summary>The character, or the sign in its place.</summary>
    public static char Safe(char character) => IsUnsafe(character) ? Instead : character;

    /// <summary>A JSON document with such characters escaped: the same document, and safe.</summary>
    public static string SafeJson(string json) => json.Any(IsUnsafe)
        ? string.Concat(json.Select(character => IsUnsafe(character) ? @"\u" + ((int)character).ToString("x4", CultureInfo.InvariantCulture) : character.ToString()))
        : json;

    /// <summary>The text in one safe line.</summary>
    public static string SafeLine(string text) => Safe(text.ReplaceLineEndings(" "));
}

using System.Text;
using System.Text.RegularExpressions;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>The filter <c>striptags</c>: takes out comments and tags, and writes white space as single blanks. It looks at each character a fixed number of times.</summary>
internal static partial class TagStripping
{
    private const string CommentStart = "<!--", CommentEnd = "-->";

    public static string Strip(string text)
    {
        Budget.SpendCharacters(text.Length);
        return Spaces().Replace(WithoutTags(text), " ").Trim();
    }

    private static string WithoutTags(string text)
    {
        var result = new StringBuilder();
        var (at, commentsEnd) = (0, true);
        for (var open = text.IndexOf('<', StringComparison.Ordinal); open >= 0; open = text.IndexOf('<', at))
        {
            var end = -1;
            if (commentsEnd && string.CompareOrdinal(text, open, CommentStart, 0, CommentStart.Length) == 0)
            {
                end = text.IndexOf(CommentEnd, open + CommentStart.Length, StringComparison.Ordinal) + CommentEnd.Length;
                commentsEnd = end >= CommentEnd.Length; // Where one does not end, none after it does.
                end = commentsEnd ? end : -1;
            }

            end = end >= 0 ? end : text.IndexOf('>', open) + 1;
            if (end == 0)
            {
                break; // Nor does any later tag end.
            }

            result.Append(text, at, open - at);
            at = end;
        }

        return result.Append(text, at, text.Length - at).ToString();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}

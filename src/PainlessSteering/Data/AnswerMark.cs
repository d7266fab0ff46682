using System.Text.RegularExpressions;

namespace PainlessSteering.Data;

/// <summary>An answer as people write it: a letter or number with brackets, points or words around it, and often the choice's text after it.</summary>
/// <param name="Mark">The letter or number.</param>
/// <param name="Text">What follows it; empty where nothing does.</param>
/// <param name="IsDelimited">Whether brackets or a point set it off; a blank alone may just part words ("a pear").</param>
internal sealed partial record AnswerMark(string Mark, string Text, bool IsDelimited)
{
    /// <summary>Reads "B", "(b)", "B.", "B) penguin", "[B] penguin", "B: penguin", "Option B" or "Answer: 2 - penguin"; null where it is none of that.</summary>
    public static AnswerMark? Of(string answer)
    {
        var text = answer.Trim();
        var match = Marked().Match(text);
        var mark = match.Groups["mark"];
        return match.Success ? new AnswerMark(mark.Value, match.Groups["text"].Value.Trim(), mark.Index + mark.Length < text.Length && !char.IsWhiteSpace(text[mark.Index + mark.Length])) : null;
    }

    /// <summary>Whether the text, where there is one, is that of a choice, which may carry a mark of its own.</summary>
    public bool Agrees(string? choice)
    {
        if (Text.Length == 0 || choice is null)
        {
            return Text.Length == 0;
        }

        return Same(choice, Text) || (Of(choice) is { IsDelimited: true, Text.Length: > 0 } marked && marked.Mark.Equals(Mark, StringComparison.OrdinalIgnoreCase) && Same(marked.Text, Text));
    }

    private static bool Same(string choice, string text) => choice.Trim().TrimEnd('.').Equals(text.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// After words such as "Option", or "The answer is", the mark: a single letter or a number, in brackets or with a point, colon, dash or
    /// blank behind it, or at the end.
    /// </summary>
    [GeneratedRegex(
        @"^(?:(?:the\s+)?(?:correct\s+|right\s+|final\s+)?(?:option|choice|answer|ans|letter)(?:\s+is)?\s*[:.#]?\s*)?[*_]{0,2}(?:[(\[{<]\s*(?<mark>[A-Za-z]|\d{1,2})\s*[)\]}>]|(?<mark>[A-Za-z]|\d{1,2}(?![.,]\d))(?=[\s).:\]},/*_-]|$))[*_]{0,2}\s*[).:\]},-]?(?:\s+[-–—]\s+|\s*)(?<text>.*)$",
        RegexOptions.Singleline | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Marked();
}

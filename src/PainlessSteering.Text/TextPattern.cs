using System.Text;
using System.Text.Json.Nodes;
using PainlessSteering.Text.Patterns;

namespace PainlessSteering.Text;

/// <summary>A pattern of a tokenizer.json: {"String": ...} matches itself, {"Regex": ...} as Oniguruma would.</summary>
internal sealed class TextPattern
{
    private const int LongestShown = 200;
    private readonly string? literal;
    private readonly TextSearch? search;
    private readonly Pattern? regex;
    private readonly string? text;
    private readonly string place;

    private TextPattern(string? literal, string? text, string place)
    {
        (this.literal, this.text, this.place) = (literal, text, place);
        regex = text is null ? null : new Pattern(text);
        search = literal is null ? null : new TextSearch(literal);
    }

    public static TextPattern Literal(string literal) => new(literal, null, "");

    /// <summary>A pattern that the program itself brings.</summary>
    public static TextPattern Regex(string pattern) => new(null, pattern, "a built-in pattern");

    public static TextPattern Read(JsonPart part)
    {
        if (part.Value.ValueKind == System.Text.Json.JsonValueKind.String)
        {
            return Literal(part.Text());
        }

        if (part["String"].Exists)
        {
            part.Account(["String"]);
            return Literal(part["String"].Text());
        }

        var regex = part.Required("Regex");
        part.Account(["Regex"]);
        try
        {
            return new TextPattern(null, regex.Text(), regex.Place);
        }
        catch (Exception exception) when (exception is FormatException or TextLimitException)
        {
            throw regex.Error($"cannot use the regular expression '{Shown(regex.Text())}': {exception.Message}", inner: exception);
        }
    }

    /// <summary>What a tokenizer.json says of it.</summary>
    public JsonObject ToJson() => literal is null ? new() { ["Regex"] = text } : new() { ["String"] = literal };

    /// <summary>Appends all matches in order; they do not overlap.</summary>
    public void FindAll(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        if (text.IsEmpty)
        {
            return; // Not even an empty match, as in Hugging Face.
        }

        if (literal is null)
        {
            FindRegex(text, matches);
            return;
        }

        TextBudget.Spend(1 + (text.Length / 4));
        for (int from = 0, at; literal.Length > 0 && (at = search!.Find(text[from..])) >= 0; from += at + literal.Length)
        {
            matches.Add((from + at, from + at + literal.Length));
        }
    }

    /// <summary>The length of the match at the very beginning, 0 where there is none.</summary>
    public int MatchAtStart(string text)
    {
        var matches = new List<(int Start, int End)>();
        FindAll(text, matches);
        return matches is [(0, var end), ..] ? end : 0;
    }

    public string Replace(string text, string content)
    {
        if (literal is { Length: 1 } && content.Length == 1)
        {
            return text.Replace(literal[0], content[0]);
        }

        if (search?.Find(text) < 0)
        {
            return text;
        }

        var matches = new List<(int Start, int End)>();
        FindAll(text, matches);
        if (matches.Count == 0)
        {
            return text;
        }

        var length = matches.Aggregate((long)text.Length, (sum, match) => sum + content.Length - (match.End - match.Start));
        TextBudget.Limit(length);
        TextBudget.Spend(length / 4);
        var result = new StringBuilder((int)length);
        var done = 0;
        foreach (var (start, end) in matches)
        {
            result.Append(text.AsSpan(done, start - done)).Append(content);
            done = end;
        }

        return result.Append(text.AsSpan(done)).ToString();
    }

    private static string Shown(string pattern) => pattern.Length <= LongestShown ? pattern : pattern[..LongestShown] + "…";

    private void FindRegex(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        try
        {
            regex!.FindAll(text, matches);
        }
        catch (TextLimitException exception)
        {
            throw new PasException($"the regular expression {exception.Message}", place, inner: exception) { Code = ErrorCodes.FileDamaged };
        }
    }
}

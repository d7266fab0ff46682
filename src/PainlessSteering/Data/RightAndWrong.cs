using System.Text.RegularExpressions;

namespace PainlessSteering.Data;

/// <summary>Files whose right answer has a column of its own, and the wrong ones others, such as <c>answer_matching_behavior</c> and <c>answer_not_matching_behavior</c>.</summary>
internal static partial class RightAndWrong
{
    private static readonly string[] RightNames = ["answermatchingbehavior", "answermatchingbehaviour", "correctanswer", "rightanswer", "bestanswer"];

    private static readonly string[] WrongNames =
        ["answernotmatchingbehavior", "answernotmatchingbehaviour", "incorrectanswer", "incorrectanswers", "wronganswer", "wronganswers", "distractor", "distractors"];

    /// <summary>The column of the right answer, and those of the wrong ones, in the order of their numbers; null where there are none.</summary>
    public static IReadOnlyList<DataColumn>? Find(IReadOnlyList<DataColumn> columns)
    {
        var right = RightNames.Select(name => columns.FirstOrDefault(column => column.PlainName == name && column.HasValues)).FirstOrDefault(column => column is not null);
        if (right is null)
        {
            return null;
        }

        DataColumn[] wrong = [.. columns.Where(column => column.HasValues && WrongNames.Contains(column.PlainName.TrimEnd("0123456789".ToCharArray()))).OrderBy(column => column.PlainName.Length).ThenBy(column => column.PlainName, StringComparer.Ordinal)];
        return wrong.Length == 0 ? null : [right, .. wrong];
    }

    /// <summary>
    /// The question and the choices of a row; null where a cell holds no answer. Where the answers are letters of options that the question
    /// lists, the options are the choices, in their order, and the question ends before them.
    /// </summary>
    public static (string Question, ChoiceList Choices)? Read(string question, IReadOnlyList<string?> cells)
    {
        var answers = cells.Select(cell => cell is null ? [] : ChoiceList.FromCell(cell)?.Texts ?? [CellText.Plain(cell)]).ToArray();
        string?[] texts = [.. answers.SelectMany(text => text).Select(text => text?.Trim())];
        if (answers[0].Count != 1 || texts.Length < 2)
        {
            return null;
        }

        var listed = Options().Matches(question).ToDictionaryByLetter();
        var letters = texts.Select(text => Letter().Match(text ?? "") is { Success: true } match ? match.Groups[1].Value : null).ToArray();
        if (listed.Count == 0 || letters.Any(letter => letter is null || !listed.ContainsKey(letter)))
        {
            return (question, new ChoiceList(texts, Right: [.. texts.Select((_, i) => i == 0)]));
        }

        string[] order = [.. letters.Select(letter => letter!).Distinct().Order(StringComparer.Ordinal)];
        return (List().Replace(question, ""), new ChoiceList([.. order.Select(letter => listed[letter])], order, [.. order.Select(letter => letter == letters[0])]));
    }

    private static Dictionary<string, string> ToDictionaryByLetter(this MatchCollection options)
    {
        var texts = new Dictionary<string, string>();
        foreach (Match option in options)
        {
            texts.TryAdd(option.Groups[1].Value, option.Groups[2].Value.Trim());
        }

        return texts;
    }

    /// <summary>A line of the question that is an option.</summary>
    [GeneratedRegex(@"\n ?\(([A-Z])\) ([^\n]*)")]
    private static partial Regex Options();

    /// <summary>An answer that is only a letter in brackets.</summary>
    [GeneratedRegex(@"^\(([A-Z])\)$")]
    private static partial Regex Letter();

    /// <summary>The question's options, with the line before them that announces them.</summary>
    [GeneratedRegex(@"\s*(\n(Choices|Options|Answers|Answer choices):)?\s*\n ?\([A-Z]\) (.|\n)*$", RegexOptions.IgnoreCase)]
    private static partial Regex List();
}

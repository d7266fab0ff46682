using System.Globalization;

namespace PainlessSteering.Data;

/// <summary>Finds out how the answers of a file name the right choice, and reads them.</summary>
internal static class AnswerReader
{
    /// <summary>The forms in the order that settles ties between forms that agree.</summary>
    private static readonly AnswerForm[] Forms = [AnswerForm.Label, AnswerForm.Letter, AnswerForm.Number, AnswerForm.Index, AnswerForm.Text];

    /// <summary>The form that makes sense of the most rows; an error where two forms make equal but different sense of them.</summary>
    public static AnswerForm FormOf(IReadOnlyList<AnswerRow> rows, DataColumn column, string place)
    {
        var candidates = Forms.Where(form => form switch
        {
            AnswerForm.Number => CountsFromOne(rows, column) || rows.Any(row => MarkedPosition(form, row.Choices, row.Answer) is not null && AnswerMark.Of(row.Answer)!.Text.Length > 0),
            AnswerForm.Index => !SaysFromOne(column),
            _ => true,
        }).ToArray();
        var counts = candidates.Select(form => rows.Count(row => Position(form, row.Choices, row.Answer) is not null)).ToArray();
        var most = counts.Max();
        if (most == 0)
        {
            return rows.Count == 0 || Integer(rows[0].Answer) is not null ? AnswerForm.Index : rows[0].Answer.Trim().Length == 1 ? AnswerForm.Letter : AnswerForm.Text;
        }

        var best = candidates.Where((_, i) => counts[i] == most).ToArray();
        if (best[0] != AnswerForm.Label)
        {
            foreach (var other in best.Skip(1))
            {
                foreach (var (row, choices, answer) in rows)
                {
                    if (Position(best[0], choices, answer) != Position(other, choices, answer))
                    {
                        throw new PasException(
                            FormattableString.Invariant($"the answers can be read as {best[0].InWords()} and as {other.InWords()}, and they differ"),
                            FormattableString.Invariant($"{place}, row {row}, column '{column.Name}'"), "one meaning", CellText.Found(answer),
                            $"decide with {SettingName.Of(nameof(DatasetColumns.AnswerForm))}, or name the answers by their text")
                        { Code = ErrorCodes.BadData };
                    }
                }
            }
        }

        return best[0];
    }

    /// <summary>The 0-based position that an answer names, or null where it names none (or, as a text, several).</summary>
    public static int? Position(AnswerForm form, ChoiceList choices, string answer)
    {
        var position = form switch
        {
            AnswerForm.Label => LabelPosition(choices, answer),
            AnswerForm.Letter => LetterPosition(answer),
            AnswerForm.Index => Integer(answer) ?? -1,
            AnswerForm.Number => Integer(answer) - 1 ?? -1,
            _ => TextPosition(choices, answer.Trim()),
        };
        return position >= 0 && position < choices.Texts.Count ? (int)position : position < 0 ? MarkedPosition(form, choices, answer) : null;
    }

    /// <summary>The position of an answer with brackets, points, words or the choice's text around its letter or number; the text must be the choice's.</summary>
    private static int? MarkedPosition(AnswerForm form, ChoiceList choices, string answer)
    {
        if (AnswerMark.Of(answer) is not { } mark)
        {
            return null;
        }

        var position = form switch
        {
            AnswerForm.Label => LabelPosition(choices, mark.Mark),
            AnswerForm.Letter => LetterPosition(mark.Mark),
            AnswerForm.Index => Integer(mark.Mark) ?? -1,
            AnswerForm.Number => Integer(mark.Mark) - 1 ?? -1,
            _ => -1,
        };
        return position >= 0 && position < choices.Texts.Count && mark.Agrees(choices.Texts[(int)position]) ? (int)position : null;
    }

    /// <summary>
    /// What the user should know where the answers have two readings by number, and the file does not decide: each reading explains as
    /// many rows as the other. That 0 never occurs is such a case: numbers may count from 1.
    /// </summary>
    public static string? Doubt(AnswerForm form, IReadOnlyList<AnswerRow> rows, DataColumn column, bool labelsAreGiven)
    {
        if (form is not (AnswerForm.Label or AnswerForm.Index) || SaysFromOne(column) || (form == AnswerForm.Label && labelsAreGiven))
        {
            return null;
        }

        var other = form == AnswerForm.Index ? AnswerForm.Number : AnswerForm.Index;
        var differs = rows.FirstOrDefault(row => Position(other, row.Choices, row.Answer) is not null && Position(form, row.Choices, row.Answer) != Position(other, row.Choices, row.Answer));
        int Explained(AnswerForm by) => rows.Count(row => Position(by, row.Choices, row.Answer) is not null);

        if (differs is null || Explained(other) < Explained(form))
        {
            return null;
        }

        string Choice(AnswerForm by) => Position(by, differs.Choices, differs.Answer) is { } position
            ? $"{Prompts.Letter(position)}, {CellText.Found(differs.Choices.Texts[position], 40)}"
            : "none of the choices";

        return FormattableString.Invariant($"the answers in column '{column.Name}' are read as {form.InWords()}, but 0 never occurs: {CellText.Found(differs.Answer)} in row {differs.Row} is taken for {Choice(form)}, ")
            + $"and as {other.InWords()} it would be {Choice(other)}; decide with {Setting} {Word(form)} or {Setting} {Word(other)}";
    }

    /// <summary>The choice of that text; where every choice carries a mark ("A. ice"), also without it.</summary>
    private static long TextPosition(ChoiceList choices, string text)
    {
        var whole = Single(choices.Texts, text, StringComparison.Ordinal);
        if (whole >= 0)
        {
            return whole;
        }

        var marks = choices.Texts.Select(choice => AnswerMark.Of(choice ?? "")).ToArray();
        return Array.TrueForAll(marks, mark => mark is { IsDelimited: true, Text.Length: > 0 }) ? Single([.. marks.Select(mark => mark!.Text)], text, StringComparison.Ordinal) : -1;
    }

    private static string Setting => SettingName.Of(nameof(DatasetColumns.AnswerForm));

    private static string Word(AnswerForm form) => form.ToString().ToLowerInvariant();

    private static long LabelPosition(ChoiceList choices, string answer) =>
        choices.Labels is null ? -1 : Single(choices.Labels, Integer(answer)?.ToString(CultureInfo.InvariantCulture) ?? answer.Trim(), StringComparison.OrdinalIgnoreCase);

    /// <summary>What a right answer would look like.</summary>
    public static string Expected(AnswerForm form, ChoiceList choices) => form switch
    {
        AnswerForm.Label => $"one of the labels {string.Join(", ", choices.Labels ?? [])}",
        AnswerForm.Letter => $"a letter from A to {Prompts.Letter(choices.Texts.Count - 1)}",
        AnswerForm.Index => FormattableString.Invariant($"an index from 0 to {choices.Texts.Count - 1}"),
        AnswerForm.Number => FormattableString.Invariant($"a number from 1 to {choices.Texts.Count}"),
        _ => $"one of the choices {string.Join(", ", choices.Texts.Select(text => CellText.Found(text, 24)))}",
    };

    private static bool SaysFromOne(DataColumn column) =>
        column.PlainName.Contains("1based", StringComparison.Ordinal) || column.PlainName.Contains("onebased", StringComparison.Ordinal) || column.PlainName.EndsWith("number", StringComparison.Ordinal);

    /// <summary>
    /// Numbers count from 1 where the column says so, or where it is evident: no 0, every number from 1 to the number of choices occurs,
    /// and at least one row is out of range otherwise.
    /// </summary>
    private static bool CountsFromOne(IReadOnlyList<AnswerRow> rows, DataColumn column)
    {
        if (SaysFromOne(column))
        {
            return true;
        }

        var seen = new HashSet<long>();
        var most = 0;
        foreach (var (_, choices, answer) in rows)
        {
            if ((Integer(answer) ?? Integer(AnswerMark.Of(answer) is { Text.Length: 0 } mark ? mark.Mark : "")) is { } number && number <= choices.Texts.Count)
            {
                seen.Add(number);
                most = Math.Max(most, choices.Texts.Count);
            }
        }

        return most > 0 && seen.Count == most && Enumerable.Range(1, most).All(number => seen.Contains(number));
    }

    private static int Single(IReadOnlyList<string?> texts, string wanted, StringComparison comparison)
    {
        var found = -1;
        for (var i = 0; i < texts.Count; i++)
        {
            if (string.Equals(texts[i]?.Trim(), wanted, comparison))
            {
                if (found >= 0)
                {
                    return -1;
                }

                found = i;
            }
        }

        return found;
    }

    /// <summary>"B", "b", "(B)", "B." and "B)" are all position 1.</summary>
    private static long LetterPosition(string answer)
    {
        var letter = answer.AsSpan().Trim().TrimStart('(').TrimEnd(").:");
        return letter.Length == 1 && char.IsAsciiLetter(letter[0]) ? char.ToUpperInvariant(letter[0]) - 'A' : -1;
    }

    /// <summary>A whole number, also written as "2.0" (as pandas does where a column has gaps); one too large to be a position is -1.</summary>
    private static long? Integer(string answer)
    {
        var text = answer.AsSpan().Trim();
        var point = text.IndexOf('.');
        if (point > 0 && text[(point + 1)..].TrimEnd('0').IsEmpty)
        {
            text = text[..point];
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        return text.Length > 0 && text.TrimStart('-').IndexOfAnyExceptInRange('0', '9') < 0 ? -1 : null;
    }
}

namespace PainlessSteering.Data;

/// <summary>Makes items of the rows of an opened file, and tells which rows are none.</summary>
/// <param name="file">The file.</param>
/// <param name="roles">Its columns.</param>
/// <param name="ofTask">Rows of a task's select: answers are indexes, and choices are taken as they are, equal or empty.</param>
/// <param name="told">How the answers name the right choice, where the user says so.</param>
internal sealed class ItemReader(DataFile file, ColumnRoles roles, bool ofTask = false, AnswerForm? told = null)
{
    private readonly List<BadRow> _badRows = [];

    /// <summary>How the answers name the right choice; known after <see cref="Read"/>.</summary>
    public AnswerForm Form { get; private set; } = AnswerForm.Marked;

    /// <summary>What the user should know of the answers' form, where they have two readings; known after <see cref="Read"/>.</summary>
    public string? Doubt { get; private set; }

    /// <summary>How many rows have fewer choices than their columns or lists hold; known after <see cref="Read"/>.</summary>
    public int WithMissingLast { get; private set; }

    /// <summary>The usable items in file order and the other rows.</summary>
    public (IReadOnlyList<MultipleChoiceItem> Items, IReadOnlyList<BadRow> BadRows) Read()
    {
        var drafts = Drafts();
        if (roles.Answer is { } column)
        {
            AnswerRow[] rows = [.. drafts.Select(draft => new AnswerRow(draft.Row, draft.Choices, draft.Answer!))];
            Form = ofTask ? AnswerForm.Index : told ?? AnswerReader.FormOf(rows, column, file.Place);
            Doubt = ofTask || told is not null ? null : AnswerReader.Doubt(Form, rows, column, labelsAreGiven: roles.Choices.Count == 1);
        }

        var items = new List<MultipleChoiceItem>(drafts.Count);
        foreach (var draft in drafts)
        {
            if (Answer(draft) is { } answer)
            {
                items.Add(new MultipleChoiceItem(draft.Question, [.. draft.Choices.Texts.Select(text => text ?? "")], answer, draft.Context, draft.Group) { Note = draft.Note, Part = draft.Part, Bias = draft.Bias });
            }
        }

        return (items, [.. _badRows.OrderBy(bad => bad.Row)]);
    }

    private sealed record Draft(long Row, string Question, ChoiceList Choices, string? Answer, string? Context, string? Group, string? Note, string? Part, BiasLabels? Bias);

    /// <summary>The rows whose question and choices are usable.</summary>
    private List<Draft> Drafts()
    {
        DataColumn?[] others = [roles.Answer, roles.Context, roles.Group, roles.Note, roles.Part, roles.Biased, roles.Unknown];
        DataColumn[] columns = [roles.Question, .. roles.Choices, .. others.OfType<DataColumn>(), .. roles.Passages];
        var labels = ColumnLabels();
        var drafts = new List<Draft>();
        foreach (var (row, cells) in file.Rows(columns))
        {
            string? Text(DataColumn? column) => column is null ? null : CellText.OneValue(cells[Array.IndexOf(columns, column)], column.IsNested);

            var question = Text(roles.Question);
            if (string.IsNullOrWhiteSpace(question))
            {
                Bad(row, roles.Question, "the question is empty", "a text", question);
                continue;
            }

            if (Choices(row, ref question, cells.AsSpan(1, roles.Choices.Count), labels) is not { } choices)
            {
                continue;
            }

            var passages = roles.Passages.Select(column => Passage(cells[Array.IndexOf(columns, column)], column)).Where(text => !string.IsNullOrWhiteSpace(text)).Select(text => text!.Trim());
            question = string.Join("\n\n", [.. passages, question]);

            var answer = Text(roles.Answer);
            if (roles.Answer is not null && string.IsNullOrWhiteSpace(answer))
            {
                Bad(row, roles.Answer, "the answer is empty", "the right choice", answer);
                continue;
            }

            var bias = int.TryParse(Text(roles.Biased), out var biased) && int.TryParse(Text(roles.Unknown), out var unknown) ? new BiasLabels(biased, unknown) : null;
            drafts.Add(new Draft(row, question, choices, answer, Given(Text(roles.Context)), Given(Text(roles.Group)), Text(roles.Note), Given(Text(roles.Part)), bias));
        }

        return drafts;
    }

    /// <summary>A passage's text; a list of texts, such as a dialogue, has a line each.</summary>
    private static string? Passage(string? cell, DataColumn column) => cell is not null && column.IsNested && CellText.AsJson(cell) is { ValueKind: System.Text.Json.JsonValueKind.Array } list
        ? string.Join('\n', list.EnumerateArray().Select(CellText.Scalar))
        : CellText.OneValue(cell, column.IsNested);

    private ChoiceList? Choices(long row, ref string question, ReadOnlySpan<string?> cells, string[] labels)
    {
        var column = roles.Choices[0];
        if (roles.RightFirst)
        {
            if (RightAndWrong.Read(question, cells.ToArray()) is not var (rest, answers))
            {
                Bad(row, column, "the right and the wrong answers cannot be read", "one right answer, and at least one wrong", cells[0]);
                return null;
            }

            question = rest;
            return Checked(row, answers);
        }

        if (roles.Choices.Count > 1)
        {
            return Checked(row, new ChoiceList([.. cells.ToArray().Zip(roles.Choices, (cell, choice) => CellText.OneValue(cell, choice.IsNested))], labels));
        }

        if (cells[0] is not { } cell || cell == "null")
        {
            Bad(row, column, "there are no choices", ChoiceList.Forms, null);
            return null;
        }

        if (ChoiceList.FromCell(cell) is { } choices)
        {
            return Checked(row, choices);
        }

        Bad(row, column, "the choices cannot be read", ChoiceList.Forms, cell);
        return null;
    }

    private ChoiceList? Checked(long row, ChoiceList choices)
    {
        DataColumn Column(int i) => i < roles.Choices.Count && roles.Choices.Count > 1 ? roles.Choices[i] : roles.Choices[0];
        var all = choices.Texts.Count;
        choices = ofTask ? choices : choices.WithoutMissingLast();
        WithMissingLast += choices.Texts.Count < all ? 1 : 0;
        if (choices.Texts.Count is < 2 or > Prompts.MaxChoices)
        {
            Bad(row, Column(0), "the number of choices is not usable", "2 to 26 choices", FormattableString.Invariant($"{choices.Texts.Count}"));
            return null;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < choices.Texts.Count; i++)
        {
            var text = choices.Texts[i];
            if (text is null || (!ofTask && string.IsNullOrWhiteSpace(text)))
            {
                Bad(row, Column(i), $"choice {Prompts.Letter(i)} is empty", "a text", text);
                return null;
            }

            if (!seen.Add(text.Trim()) && !ofTask)
            {
                Bad(row, Column(i), "two choices are the same", "different texts", text);
                return null;
            }
        }

        return choices;
    }

    private int? Answer(Draft draft)
    {
        if (roles.Answer is { } column)
        {
            var position = AnswerReader.Position(Form, draft.Choices, draft.Answer!);
            if (position is null)
            {
                Bad(draft.Row, column, "the answer names none of the choices", AnswerReader.Expected(Form, draft.Choices), draft.Answer);
            }

            return position;
        }

        var right = draft.Choices.Right!.Count(mark => mark);
        if (right != 1)
        {
            Bad(draft.Row, roles.Choices[0], "the choices do not mark one right choice", "exactly one", FormattableString.Invariant($"{right}"));
            return null;
        }

        return draft.Choices.Right!.ToList().IndexOf(true);
    }

    /// <summary>What tells the names of the choice columns apart: a, b, c of option_a, option_b, option_c.</summary>
    private string[] ColumnLabels()
    {
        var names = roles.Choices.Select(column => column.Name).ToArray();
        var common = ChoiceList.CommonStart(names);
        return [.. names.Select(name => name[common..])];
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private void Bad(long row, DataColumn column, string problem, string expected, string? found) =>
        _badRows.Add(new BadRow(row, column.Name, problem, expected, CellText.Found(found)));
}

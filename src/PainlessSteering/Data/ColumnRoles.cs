namespace PainlessSteering.Data;

/// <summary>Which column of a file plays which part: as told, or else by its name.</summary>
internal sealed record ColumnRoles(DataColumn Question, IReadOnlyList<DataColumn> Choices, DataColumn? Answer, DataColumn? Context, DataColumn? Group)
{
    /// <summary>The columns that only a task's select yields: null where it does not, and for a user's file.</summary>
    public DataColumn? Note { get; private init; }

    public DataColumn? Part { get; private init; }

    public DataColumn? Biased { get; private init; }

    public DataColumn? Unknown { get; private init; }

    private static readonly string[] QuestionNames =
        ["question", "question.stem", "question.text", "questionstem", "questiontext", "query", "prompt", "input", "stem", "problem", "sentence", "goal", "ctx", "instruction", "text"];

    private static readonly string[] ChoicesNames =
        ["choices", "question.choices", "options", "question.options", "mc1targets", "endings", "answers", "candidates", "answerchoices", "answeroptions", "choicelist", "targetscores"];

    private static readonly string[] AnswerNames =
    [
        "answer", "answerindex", "answeridx", "answerkey", "answerlabel", "answernumber", "answer1based", "label", "correct", "correctanswer", "correctindex", "correctidx",
        "correctchoice", "correctoption", "cop", "rightanswer", "gold", "goldindex", "goldlabel", "target", "solution",
    ];

    private static readonly string[] ContextNames = ["context", "fact", "fact1"];

    /// <summary>Texts that a question is about, all of which are put before it.</summary>
    private static readonly string[] PassageNames =
    [
        "article", "passage", "passagetext", "premise", "story", "paragraph", "background", "situation", "scenario", "narrative", "document", "excerpt", "dialogue", "dialog", "conversation", "support",
        "contexttext", "sourcetext", "readingpassage", "stimulus", "body",
    ];

    /// <summary>Such texts too, where no column has one of the names above and the question has another.</summary>
    private static readonly string[] LesserPassageNames = ["text", "ctx", "sentence"];

    private static readonly string[] GroupNames = ["group", "groupid", "groupkey"];
    private static readonly string[] ChoicePrefixes = ["choice", "option", "opt", "op", "ans", "answer", "ending", "sol", "candidate", ""];

    /// <summary>Texts that go before the question, in the file's order.</summary>
    public IReadOnlyList<DataColumn> Passages { get; init; } = [];

    /// <summary>Whether the first of the choices is the right one and the others are wrong: each has a column of its own.</summary>
    public bool RightFirst { get; init; }

    /// <summary>Every column that plays a part, with the part.</summary>
    public IEnumerable<(DataColumn Column, string Part)> Parts()
    {
        (DataColumn?, string)[] single = [(Question, "question"), (Answer, "answer"), (Context, "context"), (Group, "group"), (Note, "note"), (Part, "part"), (Biased, "biased"), (Unknown, "unknown")];
        return [.. single.Where(part => part.Item1 is not null).Select(part => (part.Item1!, part.Item2)), .. Passages.Select(column => (column, "passage")), .. Choices.Select(column => (column, "choices"))];
    }

    /// <summary>Whether a column or key of that name is taken for the question.</summary>
    public static bool IsQuestionName(string name) => QuestionNames.Contains(DataColumn.Plain(name));

    /// <summary>Whether a column of that name may play a part, which then another one plays.</summary>
    public static bool IsPartName(string plainName) =>
        QuestionNames.Contains(plainName) || ChoicesNames.Contains(plainName) || AnswerNames.Contains(plainName) || ContextNames.Contains(plainName) || GroupNames.Contains(plainName);

    /// <summary>Finds the parts.</summary>
    /// <exception cref="PasException">A named column is not there, or a needed part is not recognised.</exception>
    public static ColumnRoles Find(IReadOnlyList<DataColumn> columns, DatasetColumns told, string place)
    {
        var question = told.Question is { } name ? Named(columns, name, "question", place) : ByName(columns, QuestionNames, IsText);
        if (question is null)
        {
            throw NotFound(columns, "question", nameof(DatasetColumns.Question), place);
        }

        IReadOnlyList<DataColumn> choices = told.Choices is { } names ? NamedChoices(columns, names, place) : RecognisedChoices(columns);
        var rightFirst = choices.Count == 0 && told.Answer is null && RightAndWrong.Find(columns) is not null;
        choices = rightFirst ? RightAndWrong.Find(columns)! : choices;
        if (choices.Count == 0)
        {
            throw NotFound(columns, "choices", nameof(DatasetColumns.Choices), place);
        }

        var roles = new ColumnRoles(
            question, choices, rightFirst ? null : Optional(columns, told.Answer, AnswerNames, "answer", place), Optional(columns, told.Context, ContextNames, "context", place), Optional(columns, told.Group, GroupNames, "group", place));
        return roles with { RightFirst = rightFirst, Passages = FindPassages(columns, roles, told.Passage, place) };
    }

    private static DataColumn[] FindPassages(IReadOnlyList<DataColumn> columns, ColumnRoles roles, IReadOnlyList<string>? told, string place)
    {
        if (told is not null)
        {
            return told is [DatasetColumns.None] && columns.All(column => column.Name != DatasetColumns.None) ? [] : [.. told.Select(name => Named(columns, name, "passage", place))];
        }

        var used = roles.Parts().Select(part => part.Column).ToHashSet();
        DataColumn[] Fitting(string[] names) => [.. columns.Where(column => names.Contains(column.PlainName) && column.HasValues && (IsText(column) || column.Type == "VARCHAR[]") && !used.Contains(column))];
        return Fitting(PassageNames) is { Length: > 0 } found ? found : Fitting(LesserPassageNames);
    }

    /// <summary>The parts of a task's select, whose columns have exactly their names.</summary>
    public static ColumnRoles OfTask(IReadOnlyList<DataColumn> columns, string place)
    {
        DataColumn? Column(string name) => columns.FirstOrDefault(column => column.Name == name);

        return new ColumnRoles(Named(columns, "question", "question", place), [Named(columns, "choices", "choices", place)], Named(columns, "answer", "answer", place), Column("context"), Column("group"))
        {
            Note = Column("note"),
            Part = Column("part"),
            Biased = Column("biased"),
            Unknown = Column("unknown"),
        };
    }

    /// <summary>The error for a part that no column plays.</summary>
    public static PasException NotFound(IReadOnlyList<DataColumn> columns, string part, string setting, string place) =>
        new($"no column is recognised as the {part}", place, found: $"the columns {List(columns)}", remedy: $"name it with {SettingName.Of(setting)}, or build the columns with {SettingName.Of(nameof(DatasetColumns.Sql))}")
        {
            Code = ErrorCodes.BadData,
        };

    private static DataColumn? Optional(IReadOnlyList<DataColumn> columns, string? told, string[] names, string part, string place)
    {
        if (told is null)
        {
            return ByName(columns, names, part == "answer" ? _ => true : IsText);
        }

        return told == DatasetColumns.None && columns.All(column => column.Name != told) ? null : Named(columns, told, part, place);
    }

    private static DataColumn Named(IReadOnlyList<DataColumn> columns, string name, string part, string place) =>
        columns.FirstOrDefault(column => column.Name == name)
        ?? columns.FirstOrDefault(column => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new PasException(
            $"there is no column '{name}' for the {part}", place, found: $"the columns {List(columns)}",
            remedy: Suggestion.Nearest(name, columns.Select(column => column.Name)) is { } nearest ? $"did you mean '{nearest}'?" : null)
        { Code = ErrorCodes.BadData };

    private static DataColumn[] NamedChoices(IReadOnlyList<DataColumn> columns, IReadOnlyList<string> names, string place)
    {
        var whole = string.Join(',', names); // A name may itself hold a comma.
        return columns.Any(column => column.Name == whole)
            ? [Named(columns, whole, "choices", place)]
            : [.. names.Select(name => Named(columns, name, "choices", place))];
    }

    private static List<DataColumn> RecognisedChoices(IReadOnlyList<DataColumn> columns)
    {
        if (ByName(columns, ChoicesNames, column => column.IsNested) is { } whole)
        {
            return [whole];
        }

        foreach (var prefix in ChoicePrefixes)
        {
            foreach (var first in prefix.Length == 0 ? "a" : "01a")
            {
                var series = Series(columns, prefix, first);
                if (series.Count >= 2)
                {
                    return series;
                }
            }
        }

        return ByName(columns, ChoicesNames, IsText) is { } json ? [json] : []; // A text column with JSON in it, as in a CSV.
    }

    private static List<DataColumn> Series(IReadOnlyList<DataColumn> columns, string prefix, char first)
    {
        var series = new List<DataColumn>();
        for (var i = 0; i < Prompts.MaxChoices; i++)
        {
            var suffix = char.IsDigit(first) ? FormattableString.Invariant($"{first - '0' + i}") : ((char)(first + i)).ToString();
            var next = columns.FirstOrDefault(column => column.PlainName == prefix + suffix);
            if (next is not { HasValues: true } || !IsText(next))
            {
                break;
            }

            series.Add(next);
        }

        return series;
    }

    /// <summary>The first of the names that a fitting column with values has.</summary>
    private static DataColumn? ByName(IReadOnlyList<DataColumn> columns, string[] names, Func<DataColumn, bool> fits) =>
        names.Select(name => columns.FirstOrDefault(column => column.PlainName == name && column.HasValues && fits(column)))
            .FirstOrDefault(column => column is not null);

    private static bool IsText(DataColumn column) => !column.IsNested || column.Type == "JSON";

    private static string List(IReadOnlyList<DataColumn> columns) => CellText.Shown(string.Join(", ", columns.Select(column => column.Name)), 400);
}

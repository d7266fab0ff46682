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
        ["choices", "question.choices", "options", "question.options", "mc1targets", "endings", "answers", "candidates", "answerchoices", "answeroptions", "choicelist"];

    private static readonly string[] AnswerNames =
    [
        "answer", "answerindex", "answeridx", "answerkey", "answerlabel", "answernumber", "answer1based", "label", "correct", "correctanswer", "correctindex", "correctidx",
        "correctchoice", "correctoption", "rightanswer", "gold", "goldindex", "goldlabel", "target", "solution",
    ];

    private static readonly string[] ContextNames = ["context", "fact", "fact1"];
    private static readonly string[] GroupNames = ["group", "groupid", "groupkey"];
    private static readonly string[] ChoicePrefixes = ["choice", "option", "opt", "ans", "answer", "ending", "sol", "candidate", ""];

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
        if (choices.Count == 0)
        {
            throw NotFound(columns, "choices", nameof(DatasetColumns.Choices), place);
        }

        return new ColumnRoles(
            question, choices, Optional(columns, told.Answer, AnswerNames, "answer", place), Optional(columns, told.Context, ContextNames, "context", place), Optional(columns, told.Group, GroupNames, "group", place));
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

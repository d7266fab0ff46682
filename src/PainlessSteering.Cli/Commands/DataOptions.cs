using System.CommandLine;
using PainlessSteering.Data;

namespace PainlessSteering.Cli.Commands;

/// <summary>The options that say how a data file is understood, for every verb that reads one.</summary>
internal static class DataOptions
{
    private static readonly Option<string?> Question = new("--question") { HelpName = "column", Description = "Column of the question." };
    private static readonly Option<string?> Choices = new("--choices") { HelpName = "column[,column…]", Description = "Column that holds all choices, or one column a choice." };
    private static readonly Option<string?> Answer = new("--answer") { HelpName = "column", Description = "Column of the right choice: its index from 0, letter, label or text." };
    private static readonly Option<string?> Form = new("--answer-form") { HelpName = "form", Description = "How the answers name the right choice: index (from 0), number (from 1), letter, label or text." };
    private static readonly Option<string?> Passage = new("--passage") { HelpName = "column[,column…]", Description = "Columns of texts that the question is about, which go before it; 'none' for no such column." };
    private static readonly Option<string?> Context = new("--context") { HelpName = "column", Description = "Column of a fact for the prompt (\"Remember, …\"); 'none' for no such column." };
    private static readonly Option<string?> Group = new("--group") { HelpName = "column", Description = "Column whose equal values stay in one split; 'none' for no such column." };
    private static readonly Option<string?> Sql = new("--sql") { HelpName = "select", Description = "DuckDB select over the table 'data' (the file) that yields question, choices, answer and, if wanted, context and group." };
    private static readonly Option<bool> SkipBadRows = new("--skip-bad-rows") { Description = "Leave out rows that are no usable item, and items too long for the model, instead of failing." };

    /// <summary>Adds the options to a verb.</summary>
    public static void AddTo(Command command)
    {
        foreach (var option in new Option[] { Question, Choices, Answer, Form, Passage, Context, Group, Sql, SkipBadRows })
        {
            command.Add(option);
        }
    }

    /// <summary>The columns as the user named them.</summary>
    public static DatasetColumns Columns(ParseResult parsed) => new()
    {
        Question = parsed.GetValue(Question),
        Choices = parsed.GetValue(Choices)?.Split(',', StringSplitOptions.TrimEntries),
        Answer = parsed.GetValue(Answer),
        AnswerForm = parsed.GetValue(Form) is { } form ? AnswerForms.Parse(form) : null,
        Passage = parsed.GetValue(Passage)?.Split(',', StringSplitOptions.TrimEntries),
        Context = parsed.GetValue(Context),
        Group = parsed.GetValue(Group),
        Sql = parsed.GetValue(Sql),
    };

    /// <summary>Whether bad rows are left out.</summary>
    public static bool SkipsBadRows(ParseResult parsed) => parsed.GetValue(SkipBadRows);

    /// <summary>Reads a data file as the options say, and tells what the user should know of the reading: doubts, columns that are not used, rows that are left out.</summary>
    public static Dataset Load(ParseResult parsed, string path, CancellationToken cancellation)
    {
        var data = Dataset.Load(path, Columns(parsed), SkipsBadRows(parsed), cancellation);
        foreach (var note in data.NotesIn(OptionNames.Of))
        {
            parsed.InvocationConfiguration.Error.WriteLine($"note: {note}");
        }

        if (data.Unused is { } unused)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"note: {unused}");
        }

        TellLeftOut(parsed, data.BadRows.Count, "rows that are not usable");
        return data;
    }

    /// <summary>Tells how many items the model could not take.</summary>
    public static void TellTooLong(ParseResult parsed, int count) => TellLeftOut(parsed, count, "items whose prompt is longer than the model's context");

    private static void TellLeftOut(ParseResult parsed, int count, string what)
    {
        if (count > 0)
        {
            parsed.InvocationConfiguration.Error.WriteLine(FormattableString.Invariant($"left out: {count} {what}"));
        }
    }
}

using System.CommandLine;
using PainlessSteering.Data;
using Spectre.Console;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas data check</c>: shows how a data file is understood, before any model is loaded.</summary>
internal static class DataCommand
{
    private const int ShownBadRows = 20, ShownItems = 2;

    private static readonly Argument<string> File = new("file") { Description = "CSV, TSV, JSON, JSONL or Parquet file, also with .gz." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var check = new Command("check", """
            Show what a data file is understood to say: which column plays which part, how the right letters are spread,
            repeated questions, the first prompts, and every row that is not usable (exit code 1 unless they are skipped).

            Columns are recognised by name. This file needs no option (an answer is an index from 0, a letter or a text):
              question,A,B,C,answer
              Which is warm?,ice,fire,snow,B
            Others are told:
              pas data check quiz.csv --question prompt --choices good,bad --answer good
              pas data check bbq.jsonl.gz --sql "select 'Context: ' || context || chr(10) || 'Question: ' || question as question, [ans0, ans1, ans2] as choices, label as answer, question_index as group from data"
            """) { File, Json };
        DataOptions.AddTo(check);
        check.SetAction((parsed, cancellation) => Task.Run(() => Run(parsed, cancellation), CancellationToken.None));
        return new Command("data", "Look at data files.") { check };
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var path = parsed.GetRequiredValue(File);
        var dataset = Dataset.Examine(path, DataOptions.Columns(parsed), cancellation);
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, Document(dataset));
        }
        else
        {
            Show(dataset, Screen.On(output));
        }

        if (dataset.Items.Count == 0 || (dataset.BadRows.Count > 0 && !DataOptions.SkipsBadRows(parsed)))
        {
            throw new PasException(
                FormattableString.Invariant($"{dataset.BadRows.Count} of {dataset.BadRows.Count + dataset.Items.Count} rows are not usable"),
                path, remedy: dataset.Items.Count == 0 ? "tell the columns, see 'pas data check --help'" : "mend them or leave them out with --skip-bad-rows")
            { Code = ErrorCodes.BadData };
        }

        return 0;
    }

    private static object Document(Dataset dataset) => new
    {
        File = dataset.Path,
        Columns = dataset.Understood,
        AnswerForm = dataset.AnswerForm.ToString().ToLowerInvariant(),
        NotUsed = dataset.Columns.Where(column => column.Why is not null).Select(column => new { column.Column, column.Why }),
        Notes = dataset.NotesIn(OptionNames.Of),
        dataset.Fingerprint,
        Summary = dataset.Items.Count == 0 ? null : DatasetSummary.Of(dataset.Items),
        dataset.BadRows,
        Prompts = dataset.Items.Take(ShownItems).Select(item => new { Prompt = Prompt(item), Right = Prompts.Letter(item.Answer), Statement = Statement(item) }),
    };

    private static void Show(Dataset dataset, IAnsiConsole console)
    {
        var columns = Screen.Table("part", "column", "read as");
        columns.AddTexts("question", dataset.Understood.Question!, "text");
        columns.AddTexts("choices", string.Join(", ", dataset.Understood.Choices!), dataset.Understood.Choices!.Count == 1 ? "all choices" : "one choice each");
        columns.AddTexts("answer", dataset.Understood.Answer ?? dataset.Understood.Choices[0], dataset.AnswerForm.InWords());
        if (dataset.Understood.Passage is { } passages)
        {
            columns.AddTexts("passage", string.Join(", ", passages), "before the question");
        }

        columns.AddTexts("context", dataset.Understood.Context ?? "-", dataset.Understood.Context is null ? "no fact in the prompt" : "\"Remember, …\" in the prompt");
        columns.AddTexts("group", dataset.Understood.Group ?? "-", dataset.Understood.Group is null ? "every item stands alone" : "equal values stay in one split");
        foreach (var unused in dataset.Columns.Where(column => column.Why is not null))
        {
            columns.AddTexts("not used", unused.Column, unused.Why!);
        }

        console.Write(columns);
        foreach (var note in dataset.NotesIn(OptionNames.Of))
        {
            console.WriteLine($"NOTE: {note}");
        }

        if (dataset.Items.Count > 0)
        {
            SummaryReport.Write(console, DatasetSummary.Of(dataset.Items));
            foreach (var item in dataset.Items.Take(ShownItems))
            {
                console.Write(Screen.Box($"{Prompt(item)}\n\nright: {Prompts.Letter(item.Answer)}\nstatement: {Statement(item)}"));
            }
        }

        if (dataset.BadRows.Count > 0)
        {
            ShowBadRows(dataset.BadRows, console);
        }
    }

    private static void ShowBadRows(IReadOnlyList<BadRow> badRows, IAnsiConsole console)
    {
        console.WriteLine(FormattableString.Invariant($"{badRows.Count} rows are not usable") + (badRows.Count > ShownBadRows ? FormattableString.Invariant($", the first {ShownBadRows}:") : ":"));
        var table = Screen.Table("row", "column", "problem", "expected", "found");
        foreach (var bad in badRows.Take(ShownBadRows))
        {
            table.AddTexts(FormattableString.Invariant($"{bad.Row}"), bad.Column, bad.Problem, bad.Expected, bad.Found);
        }

        console.Write(table);
    }

    private static string Prompt(MultipleChoiceItem item) => Prompts.FullMcq(item.Question, item.Choices, item.Context, item.Note);

    private static string Statement(MultipleChoiceItem item) => Prompts.Statement(item.Question, item.Choices[item.Answer]);
}

using System.CommandLine;
using PainlessSteering.Reports.Page;
using PainlessSteering.Statistics;
using PainlessSteering.Studies;
using PainlessSteering.Studies.Tables;
using Spectre.Console;
using static System.FormattableString;

namespace PainlessSteering.Cli.Commands.Studies;

/// <summary><c>pas study report</c>: the verdicts, and one page with tables and figures.</summary>
internal static class StudyReportCommand
{
    private static readonly Argument<string> Folder = new("folder") { Description = "Folder of the study's results." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("report", """
            Judge what a study has found so far and write FOLDER/report/report.html: one page that needs nothing else, with every
            figure as SVG in figures/ and every table as CSV in tables/ beside it. A study that is half done is reported as it
            is; the page says what is missing.

              pas study report runs/main
            """) { Folder, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var store = new ResultStore(parsed.GetRequiredValue(Folder));
        var folder = Path.Combine(store.Folder, "report");
        var tables = StudyReportPage.Write(store.Read(), folder).Tables;
        var page = Path.Combine(folder, "report.html");
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, Document(tables, page));
        }
        else
        {
            Show(Screen.On(output), tables);
        }

        parsed.InvocationConfiguration.Error.WriteLine($"report: {page}");
        return 0;
    }

    private static object Document(StudyTables tables, string page) => new
    {
        tables.Name,
        Cells = tables.Planned,
        tables.Done,
        Report = page,
        Settings = tables.Measured.Select(setting => new
        {
            setting.Title,
            setting.Cell.Model,
            setting.Cell.Task,
            setting.Cell.Site,
            setting.Cell.Split,
            setting.Cell.Icl,
            FineTuned = setting.Cell.Sft is not null,
            Seeds = setting.Results.Count,
            Verdict = setting.Overall!.Verdict.Conclusion,
            Points = setting.Overall.Verdict.EffectInPoints,
            Interval = new[] { 100 * setting.Overall.Verdict.Interval.Low, 100 * setting.Overall.Verdict.Interval.High },
            P = setting.Overall.Verdict.PHelps,
            setting.Overall.UnsteeredAccuracy,
            setting.Overall.SteeredAccuracy,
            setting.Overall.BestConstantAccuracy,
            Reasons = setting.Overall.Verdict.Sentences,
        }),
        Missing = tables.Missing.Select(cell => new { cell.Cell, cell.Reason }),
    };

    private static void Show(IAnsiConsole console, StudyTables tables)
    {
        console.WriteText(Invariant($"{tables.Name}: {tables.Done} of {tables.Planned} runs are done"));
        var table = Screen.Table("setting", "seeds", "unsteered", "steered", "effect, points", "p", "verdict");
        foreach (var setting in tables.Measured)
        {
            var report = setting.Overall!;
            table.AddTexts(
                setting.Title, Invariant($"{setting.Results.Count}/{setting.Planned}"), Words.Percent(report.UnsteeredAccuracy), Words.Percent(report.SteeredAccuracy),
                $"{Words.Points(report.Verdict.Effect)} ({Words.Of(report.Verdict.Interval)})", Words.P(report.Verdict.PHelps), Words.Of(report.Verdict.Conclusion));
        }

        console.Write(table);
    }
}

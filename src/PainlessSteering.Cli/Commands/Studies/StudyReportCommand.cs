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
    private static readonly Option<string?> Out = new("--out") { HelpName = "folder", Description = "Where the report goes (default: report in the study's folder): a new or empty folder, or an earlier report." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("report", """
            Judge what a study has found so far and write FOLDER/report/report.html: one page that needs nothing else, with every
            figure as SVG in figures/ and every table as CSV in tables/ beside it. A study that is half done is reported as it
            is; the page says what is missing.

              pas study report runs/main
            """) { Folder, Out, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var store = new ResultStore(parsed.GetRequiredValue(Folder));
        var folder = parsed.GetValue(Out) ?? Path.Combine(store.Folder, "report");
        if (parsed.GetValue(Out) is { } chosen)
        {
            ReportFiles.EnsureReplaceable(chosen);
        }

        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var study = store.Read();
        foreach (var damaged in study.Damaged)
        {
            error.WriteLine($"damaged: {damaged.Problem.ReplaceLineEndings(" ")}");
        }

        var report = StudyReportPage.Make(study);
        var page = Path.Combine(folder, ReportFiles.Page);
        try
        {
            report.Save(folder);
        }
        finally
        {
            // What was found is shown even where it cannot be saved.
            if (parsed.GetValue(Json))
            {
                JsonOutput.Write(output, Document(report.Tables, page));
            }
            else
            {
                Show(Screen.On(output), report.Tables);
            }
        }

        error.WriteLine($"report: {page}");
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

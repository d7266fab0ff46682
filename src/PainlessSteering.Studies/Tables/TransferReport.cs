using PainlessSteering.Statistics;

namespace PainlessSteering.Studies.Tables;

/// <summary>
/// What vectors fitted on one task do to another, on its test split of the same seeds: does steering make the model forget? The verdict
/// "hurts" is the one-sided test for a loss, Holm-corrected over all such rows of the study.
/// </summary>
/// <param name="Setting">Where the vectors come from.</param>
/// <param name="Task">The task that they are tested on.</param>
/// <param name="Method">Name of the method; <see cref="CategoryReport.Overall"/> for the choice over all.</param>
/// <param name="Report">Effects on that task.</param>
/// <param name="WorstLoss">Lower end of the one-sided 95% interval of the effect: so much may be lost; null with one seed.</param>
public sealed record TransferReport(SettingReport Setting, string Task, string Method, TaskReport Report, double? WorstLoss)
{
    private const double OneSided = 0.9; // A two-sided 90% interval ends where a one-sided 95% one does.

    internal static IReadOnlyList<TransferReport> Of(IReadOnlyList<SettingReport> settings)
    {
        var rows =
            (from setting in settings
             where setting.Results.Count > 0
             from task in setting.Results[0].Transfers.Select(transfer => transfer.Task)
             from method in setting.Cell.Methods.Append(CategoryReport.Overall)
             let runs = setting.Results.Select(result => Run(result, task, method)).ToArray()
             select (setting, task, method, Runs: new TaskRuns(task, runs, setting.Results.Average(result => result.TestTrainRatio)))).ToArray();
        var reports = StudyTables.Judge(rows.Select(row => row.Runs));
        return [.. rows.Zip(reports, (row, report) => new TransferReport(row.setting, row.task, row.method, report, report.Effects.Count > 1
            ? PairedT.Corrected(report.Effects, row.Runs.TestTrainRatio, OneSided).Interval.Low
            : null))];
    }

    private static RunReport Run(CellResult result, string task, string method)
    {
        var transfer = result.Transfers.Single(other => other.Task == task);
        var test = method == CategoryReport.Overall ? transfer.Overall : transfer.Methods[method];
        return test.Report(transfer.Right, transfer.Unsteered, result.Cell.Alpha);
    }
}

using PainlessSteering.Statistics;

namespace PainlessSteering.Studies.Tables;

/// <summary>
/// A study's results put together and judged, finished or not: what reports show. A <em>setting</em> is all that determines a cell but
/// its seed; verdicts are Holm-corrected over the settings of the study, methods over all rows of methods.
/// </summary>
public sealed record StudyTables
{
    /// <summary>Name of the study.</summary>
    public required string Name { get; init; }

    /// <summary>What the study is for; or null.</summary>
    public string? Description { get; init; }

    /// <summary>Number of cells asked for.</summary>
    public required int Planned { get; init; }

    /// <summary>Number of finished cells.</summary>
    public required int Done { get; init; }

    /// <summary>Cells without a result: what a person calls them, and why they failed; null where they only are not done yet.</summary>
    public required IReadOnlyList<(string Cell, string? Reason)> Missing { get; init; }

    /// <summary>Settings in the order of the plan, those without any result too.</summary>
    public required IReadOnlyList<SettingReport> Settings { get; init; }

    /// <summary>Categories pooled over their tasks.</summary>
    public required IReadOnlyList<CategoryReport> Categories { get; init; }

    /// <summary>What the chosen vectors do to other tasks.</summary>
    public required IReadOnlyList<TransferReport> Transfers { get; init; }

    /// <summary>Settings with results.</summary>
    public IEnumerable<SettingReport> Measured => Settings.Where(setting => setting.Overall is not null);

    /// <summary>Puts a study's results together.</summary>
    public static StudyTables Of(StudyResults study)
    {
        ArgumentNullException.ThrowIfNull(study);
        var failures = study.Failures.ToDictionary(failure => failure.Cell.Id, failure => failure.Reason);
        foreach (var damaged in study.Damaged.Where(file => file.IsResult))
        {
            failures.TryAdd(Path.GetFileNameWithoutExtension(damaged.File), damaged.Problem);
        }

        var done = study.Results.ToDictionary(result => result.Cell.Id);
        var title = SettingTitle.Of(study.Plan.Cells);
        var groups = study.Plan.Cells.GroupBy(cell => (cell with { Seed = 0 }).Id)
            .Select(cells => (Cell: cells.First(), Planned: cells.Count(), Results: cells.Where(cell => done.ContainsKey(cell.Id)).Select(cell => done[cell.Id]).OrderBy(result => result.Cell.Seed).ToArray()))
            .ToArray();

        var measured = groups.Where(group => group.Results.Length > 0).ToArray();
        var overall = Judge(measured.Select(group => Runs(group.Results, result => result.Overall)));
        var methods = Judge(measured.SelectMany(group => group.Cell.Methods.Select(method => Runs(group.Results, result => result.Methods.Single(choice => choice.Method == method)))));
        var (nextOverall, nextMethod) = (0, 0);
        SettingReport Report((StudyCell Cell, int Planned, CellResult[] Results) group) => new(
            group.Cell, title(group.Cell), group.Planned, group.Results,
            group.Results.Length == 0 ? null : overall[nextOverall++],
            group.Results.Length == 0 ? [] : [.. group.Cell.Methods.Select(method => new MethodReport(method, methods[nextMethod++]))]);
        var settings = groups.Select(Report).ToArray();
        return new StudyTables
        {
            Name = study.Plan.Name,
            Description = study.Plan.Description,
            Planned = study.Plan.Cells.Count,
            Done = done.Count,
            Missing = [.. study.Plan.Cells.Where(cell => !done.ContainsKey(cell.Id)).Select(cell => (cell.Title, failures.GetValueOrDefault(cell.Id)))],
            Settings = settings,
            Categories = CategoryReport.Of(settings),
            Transfers = TransferReport.Of(settings),
        };
    }

    internal static TaskRuns Runs(IReadOnlyList<CellResult> results, Func<CellResult, CellChoice> choice) => new(
        results[0].Cell.Task, [.. results.Select(result => result.Report(choice(result)))], results.Average(result => result.TestTrainRatio));

    /// <summary>Judges tasks as one family; each study has one level.</summary>
    internal static IReadOnlyList<TaskReport> Judge(IEnumerable<TaskRuns> tasks) =>
        tasks.ToArray() is { Length: > 0 } family ? StudyReport.Of(family, family[0].Runs[0].Verdict.Alpha) : [];
}

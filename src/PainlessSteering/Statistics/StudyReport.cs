using static System.FormattableString;

namespace PainlessSteering.Statistics;

/// <summary>The runs of one task, one a seed.</summary>
/// <param name="Task">Name of the task.</param>
/// <param name="Runs">Two or more; a placebo goes by the same name in every run.</param>
/// <param name="TestTrainRatio">Test items over training and validation items of a split.</param>
public sealed record TaskRuns(string Task, IReadOnlyList<RunReport> Runs, double TestTrainRatio);

/// <summary>What the seeds of one task show together.</summary>
/// <param name="Task">Name of the task.</param>
/// <param name="Verdict">By the corrected resampled t-test, its p values Holm-adjusted over the tasks of the study.</param>
/// <param name="Effects">One effect a seed, in the order given.</param>
/// <param name="Corrected">The corrected resampled t-test, before Holm.</param>
/// <param name="Paired">The ordinary paired t-test, which takes the seeds as independent (the paper's).</param>
/// <param name="Wilcoxon">The signed-rank test over seeds.</param>
public sealed record TaskReport(
    string Task, Verdict Verdict, IReadOnlyList<double> Effects, PairedT Corrected, PairedT Paired, Wilcoxon Wilcoxon);

/// <summary>Judges the tasks of a study together.</summary>
public static class StudyReport
{
    /// <summary>One report a task, in the order given. Placebos and letters are judged by their means over the seeds.</summary>
    /// <exception cref="ArgumentException">A task has fewer than two runs, or its runs have different placebos.</exception>
    public static IReadOnlyList<TaskReport> Of(IReadOnlyList<TaskRuns> tasks, double alpha = 0.05)
    {
        var effects = tasks.Select(task => task.Runs.Select(run => run.Flips.Effect).ToArray()).ToArray();
        var corrected = tasks.Zip(effects, (task, seeds) => PairedT.Corrected(seeds, task.TestTrainRatio)).ToArray();
        var helps = Holm.Adjust([.. corrected.Select(test => test.PGreater)]);
        var hurts = Holm.Adjust([.. corrected.Select(test => test.PLess)]);
        return
        [
            .. tasks.Select((task, i) =>
            {
                var evidence = new Evidence(
                    Selection(task.Runs), corrected[i].Mean, corrected[i].Interval, helps[i], hurts[i], alpha, Placebos(task),
                    task.Runs.Average(run => run.Letters.OffFavoured.Effect));
                var verdict = Verdict.Judge(evidence, () => [NotSignificant(evidence, task.Runs.Count)]);
                return new TaskReport(task.Task, verdict, effects[i], corrected[i], PairedT.Of(effects[i]), Wilcoxon.Of(effects[i]));
            }),
        ];
    }

    // Only where no seed steered is there nothing to test.
    private static SelectionOutcome Selection(IReadOnlyList<RunReport> runs) => runs.Any(run => run.Selection == SelectionOutcome.Steer)
        ? SelectionOutcome.Steer
        : runs.Max(run => run.Selection);

    private static Placebo[] Placebos(TaskRuns task)
    {
        var byName = task.Runs.SelectMany(run => run.Verdict.Placebos).GroupBy(placebo => placebo.Name).ToArray();
        return byName.All(placebo => placebo.Count() == task.Runs.Count)
            ? [.. byName.Select(placebo => new Placebo(placebo.Key, placebo.Average(p => p.Effect)))]
            : throw new ArgumentException($"the runs of {task.Task} have different placebos");
    }

    private static Reason NotSignificant(Evidence evidence, int seeds) => new(ReasonCode.NotSignificant, Invariant(
        $"not significant: {Words.Points(evidence.Effect)} points on average over {seeds} seeds (corrected one-sided p = {Words.P(evidence.PHelps)}, not below {evidence.Alpha})"));
}

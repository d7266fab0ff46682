using static System.FormattableString;

namespace PainlessSteering.Statistics;

/// <summary>The runs of one task, one a seed.</summary>
/// <param name="Task">Name of the task.</param>
/// <param name="Runs">One or more.</param>
/// <param name="TestTrainRatio">Test items of a split over all other items that it was drawn from.</param>
public sealed record TaskRuns(string Task, IReadOnlyList<RunReport> Runs, double TestTrainRatio);

/// <summary>What the seeds of one task show together.</summary>
/// <param name="Task">Name of the task.</param>
/// <param name="Verdict">
/// By the corrected resampled t-test, or McNemar's where there is one seed; its p values are Holm-adjusted over the tasks of the study.
/// </param>
/// <param name="Effects">One effect a seed, in the order given.</param>
/// <param name="Corrected">The corrected resampled t-test, before Holm; null with one seed.</param>
/// <param name="Paired">The ordinary paired t-test, which takes the seeds as independent (the paper's); null with one seed.</param>
/// <param name="Wilcoxon">The signed-rank test over seeds.</param>
/// <param name="Flips">Summed over the seeds.</param>
/// <param name="UnsteeredAccuracy">Mean over the seeds.</param>
/// <param name="SteeredAccuracy">Mean over the seeds.</param>
/// <param name="BestConstantAccuracy">Of the best constant letter, mean over the seeds.</param>
public sealed record TaskReport(
    string Task,
    Verdict Verdict,
    IReadOnlyList<double> Effects,
    PairedT? Corrected,
    PairedT? Paired,
    Wilcoxon Wilcoxon,
    Flips Flips,
    double UnsteeredAccuracy,
    double SteeredAccuracy,
    double BestConstantAccuracy);

/// <summary>Judges the tasks of a study together.</summary>
public static class StudyReport
{
    /// <summary>
    /// One report a task, in the order given. Placebos and letters are judged by their means over the seeds; besides, every seed's
    /// placebos are draws of their own, which the mean effect must stand out of.
    /// </summary>
    public static IReadOnlyList<TaskReport> Of(IReadOnlyList<TaskRuns> tasks, double alpha = 0.05)
    {
        var tests = tasks.Select(GainTest.Of).ToArray();
        var helps = Holm.Adjust([.. tests.Select(test => test.PHelps)]);
        var hurts = Holm.Adjust([.. tests.Select(test => test.PHurts)]);
        return [.. tasks.Select((task, i) => Report(task, tests[i], helps[i], hurts[i], alpha))];
    }

    private static TaskReport Report(TaskRuns task, GainTest test, double helps, double hurts, double alpha)
    {
        var runs = task.Runs;
        var effects = runs.Select(run => run.Flips.Effect).ToArray();
        var draws = runs.SelectMany(run => run.Verdict.Placebos).ToArray();
        var means = draws.GroupBy(draw => (draw.Kind, draw.Number))
            .Select(draw => new Placebo(draw.Key.Kind, draw.Key.Number, draw.Average(placebo => placebo.Effect)));
        var evidence = new Evidence(
            Selection(runs), test.Effect, test.Interval, helps, hurts, alpha, [.. means], draws, AnswerCondition.Of(runs, alpha));
        return new(
            task.Task, Verdict.Judge(evidence, () => [NotSignificant(evidence, test)]), effects, test.Corrected,
            effects.Length > 1 ? PairedT.Of(effects) : null, Wilcoxon.Of(effects), Flips.Sum(runs.Select(run => run.Flips)),
            runs.Average(run => run.Flips.UnsteeredAccuracy), runs.Average(run => run.Flips.SteeredAccuracy), runs.Average(run => run.Letters?.BestConstantAccuracy ?? run.Shortcuts!.Max(shortcut => shortcut.Accuracy)));
    }

    // Only where no seed steered is there nothing to test.
    private static SelectionOutcome Selection(IReadOnlyList<RunReport> runs) => runs.Any(run => run.Selection == SelectionOutcome.Steer)
        ? SelectionOutcome.Steer
        : runs.Max(run => run.Selection);

    private static Reason NotSignificant(Evidence evidence, GainTest test) => new(ReasonCode.NotSignificant, Invariant(
        $"not significant: {Words.Points(evidence.Effect)} points {test.How} (one-sided p = {Words.P(evidence.PHelps)} after Holm's correction, not below {evidence.Alpha})"));

    /// <summary>Is the effect of a task more than noise? Over several seeds, or in the one there is.</summary>
    private sealed record GainTest(double Effect, Interval Interval, double PHelps, double PHurts, PairedT? Corrected, string How)
    {
        public static GainTest Of(TaskRuns task)
        {
            if (task.Runs is [var run])
            {
                return new(run.Flips.Effect, run.Verdict.Interval, run.McNemar.PHelps, run.McNemar.PHurts, null, "in one seed");
            }

            var test = PairedT.Corrected([.. task.Runs.Select(run => run.Flips.Effect)], task.TestTrainRatio);
            return new(test.Mean, test.Interval, test.PGreater, test.PLess, test, Invariant($"on average over {test.Count} seeds"));
        }
    }
}

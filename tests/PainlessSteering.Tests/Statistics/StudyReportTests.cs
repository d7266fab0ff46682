using PainlessSteering.Statistics;

namespace PainlessSteering.Tests.Statistics;

public class StudyReportTests
{
    private const double Ratio = 0.25;

    /// <summary>A run of 200 four-letter items whose effect is so many items.</summary>
    private static RunReport Run(int gained, double placebo = 0, SelectionOutcome selection = SelectionOutcome.Steer)
    {
        int[] answers = [.. Enumerable.Range(0, 200).Select(i => i % 4)];
        int[] unsteered = [.. answers.Select((a, i) => i < 100 ? a : (a + 1) % 4)];
        int[] steered = [.. answers.Select((a, i) => i < 100 + gained ? a : (a + 1) % 4)];
        return RunReport.Of(new()
        {
            Letters = 4,
            Answers = answers,
            Unsteered = unsteered,
            Steered = steered,
            Selection = selection,
            Placebos = [new("random direction 1", placebo)],
        });
    }

    private static TaskRuns Task(string name, params int[] gained) => new(name, [.. gained.Select(g => Run(g))], Ratio);

    [Fact]
    public void TheCorrectedTestDecides()
    {
        var report = Assert.Single(StudyReport.Of([Task("steady", 20, 22, 18, 24, 16)]));
        Assert.Equal(Conclusion.Helps, report.Verdict.Conclusion);
        Assert.Equal(report.Corrected.PGreater, report.Verdict.PHelps);
        Assert.Equal(0.1, report.Verdict.Effect, 1e-12);
        Assert.Equal([0.1, 0.11, 0.09, 0.12, 0.08], report.Effects);
        Assert.True(report.Paired.PGreater < report.Corrected.PGreater);
    }

    [Fact]
    public void ATestThatForgetsTheOverlapWouldHaveSaidHelps()
    {
        var report = Assert.Single(StudyReport.Of([Task("shaky", 2, 18, 1, 12, 4)]));
        Assert.True(report.Paired.PGreater < 0.05);
        Assert.Equal(ReasonCode.NotSignificant, Assert.Single(report.Verdict.Reasons).Code);
    }

    [Fact]
    public void HolmMakesManyTasksStricter()
    {
        var borderline = Task("borderline", 8, 18, 6, 12, 10);
        var alone = StudyReport.Of([borderline])[0];
        Assert.Equal(Conclusion.Helps, alone.Verdict.Conclusion);
        var noise = Enumerable.Range(0, 9).Select(i => Task($"noise {i}", 1, 0, 2, 0, 0));
        var among = StudyReport.Of([borderline, .. noise])[0];
        Assert.Equal(Conclusion.NoEvidence, among.Verdict.Conclusion);
        Near.Equal(10 * alone.Corrected.PGreater, among.Verdict.PHelps);
    }

    [Fact]
    public void PlacebosAreComparedByTheirMeans()
    {
        // One seed's placebo beats its run, the mean does not; then it does.
        TaskRuns With(double placebo) => new("t", [Run(20, placebo), Run(22), Run(18)], Ratio);
        Assert.Equal(Conclusion.Helps, StudyReport.Of([With(0.2)])[0].Verdict.Conclusion);
        var beaten = StudyReport.Of([With(0.33)])[0].Verdict;
        Assert.Equal(ReasonCode.PlaceboAsGood, Assert.Single(beaten.Reasons).Code);
        Assert.Equal(0.11, Assert.Single(beaten.Placebos).Effect, 1e-12);
    }

    [Fact]
    public void WhereNoSeedSteersTheReasonIsThat()
    {
        var runs = Enumerable.Range(0, 3).Select(_ => Run(0, selection: SelectionOutcome.DoNotSteer)).ToArray();
        var verdict = StudyReport.Of([new("t", runs, Ratio)])[0].Verdict;
        Assert.Equal(ReasonCode.ChoseNotToSteer, Assert.Single(verdict.Reasons).Code);
    }

    [Fact]
    public void DifferentPlacebosInTheRunsAreRefused()
    {
        var stranger = Run(3) with { Verdict = Run(3).Verdict with { Placebos = [] } };
        Assert.Throws<ArgumentException>(() => StudyReport.Of([new("t", [Run(3), stranger], Ratio)]));
    }
}

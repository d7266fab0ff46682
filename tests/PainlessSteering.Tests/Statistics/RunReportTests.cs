using System.Text.Json;
using PainlessSteering.Statistics;

namespace PainlessSteering.Tests.Statistics;

public class RunReportTests
{
    /// <summary>
    /// A two-letter run with these flips; right letters alternate, so no letter is favoured for long. Weak placebos are added where there
    /// are any, up to so many.
    /// </summary>
    private static TestRun Run(int items, int wrongToRight, int rightToWrong, int unsteeredRight, double[]? placebos = null, int upTo = 19)
    {
        placebos ??= [];
        var answers = Enumerable.Range(0, items).Select(i => i % 2).ToArray();
        // Items 0 .. right-1 are right without steering; losses come first, gains last.
        var unsteered = answers.Select((a, i) => i < unsteeredRight ? a : 1 - a).ToArray();
        var steered = answers.Select((a, i) => i < rightToWrong || (i >= unsteeredRight && i < items - wrongToRight) ? 1 - a : a).ToArray();
        return new()
        {
            Letters = 2,
            Answers = answers,
            Unsteered = unsteered,
            Steered = steered,
            Placebos = [.. placebos.Concat(Enumerable.Repeat(-0.05, upTo - placebos.Length)).Select((effect, i) => new Placebo(PlaceboKind.ShuffledLabels, i + 1, effect))],
        };
    }

    private static ReasonCode[] Codes(RunReport report) => [.. report.Verdict.Reasons.Select(reason => reason.Code)];

    [Fact]
    public void ASignificantGainAbovePlacebosAndLettersHelps()
    {
        var report = RunReport.Of(Run(200, wrongToRight: 30, rightToWrong: 12, unsteeredRight: 120, placebos: [0.085, -0.02]));
        Assert.Equal(Conclusion.Helps, report.Verdict.Conclusion);
        Assert.Equal([ReasonCode.SignificantGain, ReasonCode.BeatsEveryPlacebo, ReasonCode.NotALetter], Codes(report));
        Assert.Equal(9, report.Verdict.EffectInPoints, 1e-12);
        Assert.Equal(new Interval(6 / 200.0, 31 / 200.0, 0.95), report.Verdict.Interval);
        Assert.Equal("helps: +9.0 points (95% interval +3.0 to +15.5), p = 0.00396", report.Verdict.Summary);
        Assert.Equal(
            "the best of 19 placebos (shuffled labels 1) reaches +8.5 points; against the 19 with shuffled labels that is p = 0.05",
            report.Verdict.Reasons[1].Sentence);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(18)]
    public void TooFewPlacebosAreNoEvidence(int placebos)
    {
        var report = RunReport.Of(Run(200, 30, 12, 120, upTo: placebos));
        Assert.Equal(Conclusion.NoEvidence, report.Verdict.Conclusion);
        Assert.Equal([ReasonCode.TooFewPlacebos], Codes(report));
        Assert.EndsWith("and 0.05 takes 19 of a kind", report.Verdict.Reasons[0].Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void RandomDirectionsStandInOnlyWhereNoLabelsWereShuffled()
    {
        var run = Run(200, 30, 12, 120, upTo: 0);
        Placebo[] Of(PlaceboKind kind, int count) => [.. Enumerable.Range(1, count).Select(number => new Placebo(kind, number, 0.01))];
        var directions = Of(PlaceboKind.RandomDirection, 19);
        Assert.Equal(Conclusion.Helps, RunReport.Of(run with { Placebos = directions }).Verdict.Conclusion);
        Assert.Equal([ReasonCode.TooFewPlacebos], Codes(RunReport.Of(run with { Placebos = [.. Of(PlaceboKind.ShuffledLabels, 5), .. directions] })));
        Placebo rival = new(PlaceboKind.RandomDirection, 1, 0.1);
        Assert.Equal([ReasonCode.PlaceboAsGood], Codes(RunReport.Of(run with { Placebos = [.. Of(PlaceboKind.ShuffledLabels, 19), rival] })));
    }

    [Fact]
    public void APlaceboWithTheSameEffectIsAsGood()
    {
        var report = RunReport.Of(Run(200, 30, 12, 120, placebos: [0.01, 0.59 - 0.5, 0.2]));
        Assert.Equal(Conclusion.NoEvidence, report.Verdict.Conclusion);
        Assert.Equal([ReasonCode.PlaceboAsGood], Codes(report));
        Assert.Equal("2 of 19 placebos do as well, shuffled labels 3 with +20.0 points", report.Verdict.Reasons[0].Sentence);
    }

    [Fact]
    public void AModelThatLearntALetterShowsNothing()
    {
        // Right is mostly B. Steering answers B throughout: 30 points gained, and nothing learnt.
        int[] answers = [.. Enumerable.Range(0, 100).Select(i => i < 70 ? 1 : 0)];
        int[] unsteered = [.. answers.Select((a, i) => i % 5 < 2 ? a : 1 - a)];
        var report = RunReport.Of(new() { Letters = 2, Answers = answers, Unsteered = unsteered, Steered = [.. answers.Select(_ => 1)] });
        Assert.True(report.McNemar.PHelps < 0.001);
        Assert.Equal(Conclusion.NoEvidence, report.Verdict.Conclusion);
        Assert.Equal([ReasonCode.TooFewPlacebos, ReasonCode.LetterExplains], Codes(report));
        Assert.Equal('B', report.Letters!.Favoured);
        Assert.True(report.Letters!.OffFavoured.Effect < 0);
    }

    [Fact]
    public void WhereOneLetterIsAlwaysRightALetterExplainsEverything()
    {
        int[] answers = new int[50];
        var report = RunReport.Of(new() { Letters = 2, Answers = answers, Unsteered = [.. answers.Select((_, i) => i % 2)], Steered = answers });
        Assert.Equal(1, report.Letters!.BestConstantAccuracy);
        Assert.Equal([ReasonCode.TooFewPlacebos, ReasonCode.LetterExplains], Codes(report));
    }

    [Fact]
    public void ASignificantLossHurts()
    {
        var report = RunReport.Of(Run(200, wrongToRight: 12, rightToWrong: 30, unsteeredRight: 120, placebos: [0.3]));
        Assert.Equal(Conclusion.Hurts, report.Verdict.Conclusion);
        Assert.Equal([ReasonCode.SignificantLoss], Codes(report));
        Assert.Equal("hurts: -9.0 points (95% interval -15.5 to -3.0), p = 0.00396", report.Verdict.Summary);
    }

    [Fact]
    public void AGainThatNoiseMakesIsNotSignificant()
    {
        var report = RunReport.Of(Run(800, wrongToRight: 31, rightToWrong: 22, unsteeredRight: 400));
        Assert.Equal([ReasonCode.NotSignificant], Codes(report));
        Assert.Equal(5 / 800.0, report.SmallestDetectableEffect);
    }

    [Fact]
    public void AGainBelowTheSmallestDetectableEffectHadTooFewItems()
    {
        var report = RunReport.Of(Run(40, wrongToRight: 4, rightToWrong: 0, unsteeredRight: 20));
        Assert.Equal([ReasonCode.NotSignificant, ReasonCode.TooFewItems], Codes(report));
        Assert.Equal(
            "too few items for an effect this small: the smallest that 40 items could have shown is +12.5 points",
            report.Verdict.Reasons[1].Sentence);
    }

    [Fact]
    public void WithFewerWrongItemsThanATestNeedsNothingCouldBeShown()
    {
        var report = RunReport.Of(Run(40, wrongToRight: 0, rightToWrong: 0, unsteeredRight: 37));
        Assert.Equal([ReasonCode.NotSignificant, ReasonCode.TooFewItems], Codes(report));
        Assert.EndsWith("the unsteered model gets only 3 of 40 wrong", report.Verdict.Reasons[1].Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SelectionOutcome.DoNotSteer, ReasonCode.ChoseNotToSteer)]
    [InlineData(SelectionOutcome.VectorUndefined, ReasonCode.VectorUndefined)]
    public void NotSteeringIsItsOwnReason(SelectionOutcome selection, ReasonCode reason)
    {
        var report = RunReport.Of(Run(40, 0, 0, 20) with { Selection = selection });
        Assert.Equal((Conclusion.NoEvidence, 0.0), (report.Verdict.Conclusion, report.Verdict.Effect));
        Assert.Equal([reason], Codes(report));
    }

    [Fact]
    public void RunsThatDoNotFitTogetherAreRefused()
    {
        var run = Run(40, 4, 0, 20);
        Assert.Throws<ArgumentException>(() => RunReport.Of(run with { Steered = [0] }));
        Assert.Throws<ArgumentException>(() => RunReport.Of(run with { Letters = 1 }));
        Assert.Throws<ArgumentException>(() => RunReport.Of(run with { Selection = SelectionOutcome.DoNotSteer }));
        Assert.Throws<ArgumentException>(() => RunReport.Of(new() { Letters = 2, Answers = [], Unsteered = [], Steered = [] }));
    }

    [Fact]
    public void TheReportReadsWellAsJsonAndComesBack()
    {
        var report = RunReport.Of(Run(200, 30, 12, 120, placebos: [0.2]));
        var json = JsonSerializer.Serialize(report, JsonSerializerOptions.Web);
        Assert.Contains("\"conclusion\":\"no evidence\"", json, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"a placebo does as well\"", json, StringComparison.Ordinal);
        Assert.Contains("\"wrongToRight\":30", json, StringComparison.Ordinal);
        var back = JsonSerializer.Deserialize<RunReport>(json, JsonSerializerOptions.Web)!;
        Assert.Equal(json, JsonSerializer.Serialize(back, JsonSerializerOptions.Web));
    }
}

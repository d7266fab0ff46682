using PainlessSteering.Statistics;
using PainlessSteering.Studies.Tables;
using PainlessSteering.Tests.Statistics;

namespace PainlessSteering.Tests.Studies.Tables;

public class StudyTablesTests
{
    [Fact]
    public void SeedsOfOneSettingAreJudgedTogether()
    {
        var tables = StudyTables.Of(new MadeStudy().Task("bias", null, [20, 24, 22, 18]).Task("trivia", null, [1, 0, -1, 0]).Results);
        Assert.Equal(["bias", "trivia"], tables.Settings.Select(setting => setting.Title));
        var bias = tables.Settings[0].Overall!;
        Assert.Equal([0.2, 0.24, 0.22, 0.18], bias.Effects);
        var corrected = PairedT.Corrected(bias.Effects, 100 / 400.0);
        Assert.Equal(corrected, bias.Corrected);
        Near.Equal(Math.Min(1, 2 * corrected.PGreater), bias.Verdict.PHelps); // Holm over two tasks
        Assert.Equal([Conclusion.Helps, Conclusion.NoEvidence], tables.Settings.Select(setting => setting.Overall!.Verdict.Conclusion));
        Assert.Equal((20, 0), (bias.Verdict.PlaceboTest.Draws, bias.Verdict.PlaceboTest.AsGood));
        Assert.Equal([0.1, 0.12, 0.11, 0.09], tables.Settings[0].Methods[1].Report.Effects);
        Near.Equal(4 * corrected.PGreater, tables.Settings[0].Methods[0].Report.Verdict.PHelps); // over four rows of methods
    }

    [Fact]
    public void WhatIsNotDoneIsNamed()
    {
        var tables = StudyTables.Of(new MadeStudy().Task("bias", null, [20, 24]).Missing("bias", 3).Missing("other", 1, "no such file").Results);
        Assert.Equal((4, 2), (tables.Planned, tables.Done));
        Assert.Equal([("demo, bias, residual, 0.6/0.2/0.2, seed 3", null), ("demo, other, residual, 0.6/0.2/0.2, seed 1", "no such file")], tables.Missing);
        Assert.Equal([null], tables.Settings.Where(setting => setting.Results.Count == 0).Select(setting => setting.Overall));
        Assert.Equal(2, tables.Settings[0].Results.Count);
    }

    [Fact]
    public void ASettingIsNamedByWhatTellsItApart()
    {
        var tables = StudyTables.Of(new MadeStudy().Task("bias", null, [1, 2]).Task("bias", null, [1, 2], site: "mlp").Task("bias", null, [1, 2], model: "other").Results);
        Assert.Equal(["demo · bias · residual", "demo · bias · mlp", "other · bias · residual"], tables.Settings.Select(setting => setting.Title));
    }

    [Fact]
    public void ACategoryIsClusteredByItsTasks()
    {
        var tables = StudyTables.Of(new MadeStudy().Task("a", "Morality", [10, 12]).Task("b", "Morality", [20, 26]).Task("c", "Morality", [0, 3]).Task("d", null, [50, 50]).Results);
        var pool = Assert.Single(tables.Categories, row => row.Method == "PASf");
        Assert.Equal(("Morality", 6), (pool.Category, pool.Effects));
        Assert.Equal(["a", "b", "c"], pool.Tasks);
        Near.Equal(PairedT.Of([0.11, 0.23, 0.015]).PGreater, pool.Clustered!.PGreater);
        Near.Equal(PairedT.Of([0.1, 0.12, 0.2, 0.26, 0, 0.03]).PGreater, pool.Independent!.PGreater);
        Assert.Equal(3, tables.Categories.Count); // Two methods, and the choice over both.
    }

    [Fact]
    public void SeveralModelsArePooledTooAndATaskAloneHasNoClusteredInterval()
    {
        var tables = StudyTables.Of(new MadeStudy().Task("a", "Morality", [10, 12]).Task("a", "Morality", [20, 22], model: "other").Results);
        var rows = tables.Categories.Where(row => row.Method == "PASf").ToArray();
        Assert.Equal(["demo", "other", CategoryReport.AllModels], rows.Select(row => row.Model));
        Assert.Equal([2, 2, 4], rows.Select(row => row.Effects));
        Assert.All(rows, row => Assert.Null(row.Clustered));
    }

    [Fact]
    public void ForgettingIsTestedForALoss()
    {
        var tables = StudyTables.Of(new MadeStudy().Task("bias", null, [20, 24, 22, 18], transferLoss: 10).Results);
        var row = tables.Transfers.Single(transfer => transfer.Method == CategoryReport.Overall);
        Assert.Equal([-0.11, -0.12, -0.13, -0.14], row.Report.Effects);
        Assert.Equal(Conclusion.Hurts, row.Report.Verdict.Conclusion);
        var test = PairedT.Corrected(row.Report.Effects, 0.25, 0.9);
        Near.Equal(3 * test.PLess, row.Report.Verdict.PHurts); // Holm over two methods and the choice over both
        Assert.Equal(test.Interval.Low, row.WorstLoss);
    }

    [Fact]
    public void CurvesTakeTheBestOfTheRestAndGridsTheMean()
    {
        var setting = StudyTables.Of(new MadeStudy().Task("bias", null, [20, 24]).Results).Settings[0];
        Assert.Equal([(1.0, 0.55), (2.0, 0.615)], setting.ByLayer().Select(point => (point.At, Math.Round(point.Accuracy, 9))));
        Assert.Equal([(1.0, 0.55), (4.0, 0.615)], setting.ByStrength().Select(point => (point.At, Math.Round(point.Accuracy, 9))));
        Assert.Equal(0.115, setting.MeanGrid("PASf")[0, 1], 1e-9);
        Assert.Equal((2, 4.0), (setting.UsualChoice.Layer, setting.UsualChoice.Strength));
    }
}

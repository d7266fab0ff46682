using PainlessSteering.Evaluation;

namespace PainlessSteering.Studies;

/// <summary>Turns what a fit found into a cell's files.</summary>
internal static class CellRecord
{
    /// <summary>The result of a cell.</summary>
    /// <param name="cell">What was asked.</param>
    /// <param name="fit">What was found.</param>
    /// <param name="vector">Name of the vector's file; or null.</param>
    public static CellResult Of(StudyCell cell, FitResult fit, string? vector)
    {
        var (site, test) = (fit.Sites[0], fit.Test!);
        var grid = site.Grid.GroupBy(entry => entry.Layer).ToList(); // Layers descending, strengths as listed.
        return new CellResult
        {
            Cell = cell,
            Sizes = fit.Sizes,
            LeftOut = fit.LeftOut,
            Pool = fit.Pool,
            Exemplars = fit.Exemplars,
            TrainAccuracy = site.TrainAccuracy,
            ValAccuracy = site.BaselineValAccuracy,
            TestAccuracy = site.BaselineTestAccuracy,
            TestItems = test.Items,
            TestRight = Letters.Of(test.Right),
            TestUnsteered = Letters.Of(test.Unsteered),
            BestConstantLetter = fit.BestConstantLetter!, // A study answers by letters.
            Methods = [.. fit.Methods.Zip(test.Methods, (method, tested) => Choice(method.Method, tested))],
            Overall = Choice(test.Overall.Selected.Method, test.Overall),
            Grid = new CellGrid(
                [.. grid.Select(row => row.Key)],
                cell.Strengths,
                fit.Methods.ToDictionary(
                    method => method.Method,
                    method => (IReadOnlyList<IReadOnlyList<double>>)[.. grid.Select(row => (IReadOnlyList<double>)[.. row.Select(entry => entry.ValAccuracy[method.Method])])])),
            Transfers = [.. cell.TestOn.Zip(fit.Transfers, (task, transfer) => Transfer(task.Task, fit, transfer))],
            Vector = vector,
        };
    }

    private static CellChoice Choice(string? method, TestedChoice choice) =>
        new(method, choice.Selected.Layer, choice.Selected.Strength, choice.VectorNorm, choice.Selected.ValAccuracy, Test(choice)) { Asked = choice.Selected.Asked };

    private static CellTransfer Transfer(string task, FitResult fit, TestedChoices transfer) => new(
        task,
        transfer.Items,
        Letters.Of(transfer.Right),
        Letters.Of(transfer.Unsteered),
        transfer.Overall.Report.Flips.UnsteeredAccuracy,
        fit.Methods.Zip(transfer.Methods).ToDictionary(pair => pair.First.Method, pair => Test(pair.Second)),
        Test(transfer.Overall));

    private static CellTest Test(TestedChoice choice)
    {
        var (report, verdict) = (choice.Report, choice.Report.Verdict);
        return new CellTest(
            report.Flips.SteeredAccuracy, EffectResult.Of(verdict), report.Flips.RightToWrong, report.Flips.WrongToRight, report.Selection,
            verdict.Placebos, verdict.Conclusion, verdict.Sentences, Letters.Of(choice.Predictions));
    }
}

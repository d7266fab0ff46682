using PainlessSteering.Data;
using PainlessSteering.Statistics;

namespace PainlessSteering.Studies;

/// <summary>Finds what in a result cannot be what the program found, so that no report stumbles over a file that was changed.</summary>
internal static class CellResultCheck
{
    /// <summary>What is wrong with a result; null where nothing is.</summary>
    /// <param name="result">The result.</param>
    /// <param name="id">The cell that its file is named by.</param>
    public static string? Problem(CellResult result, string id) => Checks(result, id).Where(check => !check.Holds).Select(check => check.Problem).FirstOrDefault();

    private static IEnumerable<(bool Holds, string Problem)> Checks(CellResult result, string id)
    {
        var (cell, items) = (result.Cell, result.TestItems.Count);
        yield return (cell.Id == id, "another cell than its name says");
        yield return (result.Sizes.Count == 3 && result.Sizes.All(size => size >= 0) && result.Pool >= 0, "sizes that are none");
        yield return (AreShares(result.TrainAccuracy, result.ValAccuracy, result.TestAccuracy, result.BestConstantLetter.Accuracy) && double.IsFinite(result.Exemplars), "an accuracy that is none");
        yield return (items > 0 && items <= DataItems && AreLetters(result.TestRight, items) && AreLetters(result.TestUnsteered, items), "letters that are not one an item");
        yield return (IsEach(result.Methods.Select(choice => choice.Method), cell.Methods), "other methods than the cell's");
        yield return (IsEach(result.Grid.ValAccuracy.Keys, cell.Methods), "the grid of other methods than the cell's");
        yield return (IsEach(result.Grid.Layers, cell.Layers) && result.Grid.Strengths.SequenceEqual(cell.Strengths), "another grid than the cell's");
        foreach (var grid in result.Grid.ValAccuracy.Values)
        {
            yield return (grid?.Count == result.Grid.Layers.Count && grid.All(row => row.Count == result.Grid.Strengths.Count && AreShares([.. row])), "a grid of another shape than the cell's");
        }

        foreach (var choice in result.Methods.Append(result.Overall))
        {
            yield return (double.IsFinite(choice.Strength) && (choice.Asked is not { } asked || cell.Strengths.Contains(asked)) && double.IsFinite(choice.VectorNorm) && AreShares(choice.ValAccuracy), "a choice that is none");
            yield return (IsSound(choice.Test, result.TestUnsteered), "a test that does not fit its items");
        }

        yield return (IsEach(result.Transfers.Select(transfer => transfer.Task), cell.TestOn.Select(task => task.Task).Distinct()), "tests on other tasks than the cell's");
        foreach (var transfer in result.Transfers)
        {
            var count = transfer.TestItems.Count;
            yield return (count > 0 && count <= DataItems && AreLetters(transfer.Right, count) && AreLetters(transfer.Unsteered, count) && AreShares(transfer.UnsteeredAccuracy), "letters of another task that are not one an item");
            yield return (IsEach(transfer.Methods.Keys, cell.Methods) && transfer.Methods.Values.Append(transfer.Overall).All(test => test is not null && IsSound(test, transfer.Unsteered)), "a test on another task that does not fit its items");
        }
    }

    private const int DataItems = 1_000_000;

    private static bool IsSound(CellTest test, string unsteered) =>
        AreLetters(test.Steered, unsteered.Length)
        && (test.Selection == SelectionOutcome.Steer || test.Steered == unsteered)
        && AreShares(test.Accuracy, test.Effect.P)
        && double.IsFinite(test.Effect.Points) && test.Effect.Interval.Count == 2 && test.Effect.Interval.All(double.IsFinite)
        && test.Placebos.All(placebo => Enum.IsDefined(placebo.Kind) && Math.Abs(placebo.Effect) <= 1)
        && Enum.IsDefined(test.Selection) && Enum.IsDefined(test.Verdict);

    private static bool AreLetters(string letters, int items) => letters.Length == items && letters.All(letter => letter is >= 'A' and < (char)('A' + Prompts.MaxChoices));

    private static bool AreShares(params IReadOnlyList<double> shares) => shares.All(share => share is >= 0 and <= 1);

    private static bool IsEach<T>(IEnumerable<T> found, IEnumerable<T> asked) => found.Order().SequenceEqual(asked.Order());
}

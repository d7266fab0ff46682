using PainlessSteering.Statistics;

namespace PainlessSteering.Studies.Tables;

/// <summary>One setting of a study over its seeds.</summary>
/// <param name="Cell">What was asked; its seed is the first.</param>
/// <param name="Title">What tells the setting from the others: <c>demo · bias · mlp</c>.</param>
/// <param name="Planned">Number of seeds asked for.</param>
/// <param name="Results">Of the finished seeds, in order.</param>
/// <param name="Overall">Of the choice over all methods; null while no seed is finished.</param>
/// <param name="Methods">Of each method's own choice.</param>
public sealed record SettingReport(
    StudyCell Cell, string Title, int Planned, IReadOnlyList<CellResult> Results, TaskReport? Overall, IReadOnlyList<MethodReport> Methods)
{
    /// <summary>Mean number of training items.</summary>
    public double TrainItems => Results.Average(result => result.Sizes[0]);

    /// <summary>The choice that most seeds made over all methods; on a tie the one of the first seed.</summary>
    public CellChoice UsualChoice => Results.Select(result => result.Overall).GroupBy(choice => (choice.Method, choice.Layer, choice.Column)).MaxBy(same => same.Count())!.First();

    /// <summary>Steered less unsteered validation accuracy of a method, mean over the seeds, [layers, strengths] of the grid.</summary>
    public double[,] MeanGrid(string method)
    {
        var grid = Results[0].Grid;
        var mean = new double[grid.Layers.Count, grid.Strengths.Count];
        foreach (var result in Results)
        {
            for (var row = 0; row < grid.Layers.Count; row++)
            {
                for (var column = 0; column < grid.Strengths.Count; column++)
                {
                    mean[row, column] += (result.Grid.ValAccuracy[method][row][column] - result.ValAccuracy) / Results.Count;
                }
            }
        }

        return mean;
    }

    /// <summary>The best validation accuracy at each layer, over methods and strengths; mean over the seeds.</summary>
    public IReadOnlyList<(double At, double Accuracy)> ByLayer() =>
        [.. Results[0].Grid.Layers.Select((layer, row) => ((double)layer, Results.Average(result => result.Grid.ValAccuracy.Values.Max(grid => grid[row].Max())))).OrderBy(point => point.Item1)];

    /// <summary>The best validation accuracy at each strength, over methods and layers; mean over the seeds.</summary>
    /// <param name="percentages">Of the strengths that are percentages, else of those that are factors.</param>
    public IReadOnlyList<(double At, double Accuracy)> ByStrength(bool percentages = false) =>
        [.. Results[0].Grid.Strengths.Index().Where(strength => strength.Item.IsPercentage == percentages)
            .Select(strength => (strength.Item.Number, Results.Average(result => result.Grid.ValAccuracy.Values.Max(grid => grid.Max(row => row[strength.Index]))))).OrderBy(point => point.Number)];

    /// <summary>Unsteered validation accuracy, mean over the seeds.</summary>
    public double UnsteeredValidation => Results.Average(result => result.ValAccuracy);
}

/// <summary>A method's own choice, in one setting over its seeds.</summary>
public sealed record MethodReport(string Method, TaskReport Report);

using PainlessSteering.Evaluation;
using PainlessSteering.Statistics;

namespace PainlessSteering.Reports.Pictures;

/// <summary>Validation accuracy over layers and strengths, one panel a method and site, as it is drawn.</summary>
/// <param name="Title">What was steered, e.g. model and task.</param>
/// <param name="Layers">Layers, in the order of the rows of every panel.</param>
/// <param name="Strengths">Strengths, in the order of the columns of every panel.</param>
/// <param name="Baseline">Unsteered validation accuracy, 0 to 1.</param>
/// <param name="Panels">The panels.</param>
internal sealed record GridFigure(
    string Title, IReadOnlyList<int> Layers, IReadOnlyList<SteeringStrength> Strengths, double Baseline, IReadOnlyList<GridPanel> Panels)
{
    /// <summary>The figure of a fit: every site and method, each with the cell that validation chose there.</summary>
    public static GridFigure Of(FitResult fit, string title)
    {
        int[] layers = [.. fit.Sites[0].Grid.Select(cell => cell.Layer).Distinct()];
        SteeringStrength[] strengths = [.. fit.Sites[0].Grid.Select(cell => cell.Strength).Distinct()];
        var panels =
            from site in fit.Sites
            from best in site.Best
            select Panel(site, best.Key, best.Value, layers, strengths);
        return new(title, layers, strengths, fit.Sites[0].BaselineValAccuracy, [.. panels]);
    }

    /// <summary>Steered minus unsteered accuracy of a cell, -1 to 1; NaN where the cell was not measured.</summary>
    public double Effect(GridPanel panel, int row, int column) => panel.Accuracy[row, column] - Baseline;

    /// <summary>Rows from the highest layer to the lowest: networks are drawn with the output on top.</summary>
    public IEnumerable<int> RowsFromTheTop => Enumerable.Range(0, Layers.Count).OrderByDescending(row => Layers[row]);

    /// <summary>Columns from the weakest strength to the strongest, percentages before factors.</summary>
    public IEnumerable<int> ColumnsByStrength => Enumerable.Range(0, Strengths.Count).OrderBy(column => !Strengths[column].IsPercentage).ThenBy(column => Strengths[column].Number);

    /// <summary>Name of the panel, which cell is chosen and how good it is; the site is said only where there are several.</summary>
    public string Heading(GridPanel panel)
    {
        var name = Panels.All(other => other.Site == panel.Site) ? panel.Method : $"{panel.Method} · {panel.Site}";
        return panel.Chosen is var (row, column)
            ? $"{name}: layer {Words.Number(Layers[row])}, strength {Strengths[column]}, {Words.Points(Effect(panel, row, column))} points"
            : $"{name}: do not steer";
    }

    private static GridPanel Panel(SiteResult site, string method, BestCell best, int[] layers, SteeringStrength[] strengths)
    {
        var accuracy = new double[layers.Length, strengths.Length];
        foreach (var cell in site.Grid)
        {
            accuracy[Array.IndexOf(layers, cell.Layer), Array.IndexOf(strengths, cell.Strength)] = cell.ValAccuracy[method];
        }

        return new(method, site.Site, accuracy, best.Layer is { } layer ? (Array.IndexOf(layers, layer), Array.IndexOf(strengths, best.Asked ?? best.Strength)) : null);
    }
}

/// <summary>One method at one site.</summary>
/// <param name="Method">Name of the method.</param>
/// <param name="Site">Name of the site.</param>
/// <param name="Accuracy">[layer, strength], 0 to 1; NaN where not measured.</param>
/// <param name="Chosen">Row and column of the cell that validation chose here; null for "do not steer".</param>
internal sealed record GridPanel(string Method, string Site, double[,] Accuracy, (int Row, int Column)? Chosen);

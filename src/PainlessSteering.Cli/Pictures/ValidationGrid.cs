using PainlessSteering.Statistics;

namespace PainlessSteering.Cli.Pictures;

/// <summary>Validation accuracy over layers and strengths, one panel a (method, site), as the sweep measured it.</summary>
/// <param name="Title">What was steered, e.g. model and task.</param>
/// <param name="Layers">Layers, in the order of the rows of every panel.</param>
/// <param name="Strengths">Strengths, in the order of the columns of every panel.</param>
/// <param name="Baseline">Unsteered validation accuracy, 0 to 1.</param>
/// <param name="Panels">The panels.</param>
internal sealed record ValidationGrid(
    string Title, IReadOnlyList<int> Layers, IReadOnlyList<double> Strengths, double Baseline, IReadOnlyList<GridPanel> Panels)
{
    /// <summary>Steered minus unsteered accuracy of a cell, -1 to 1; NaN where the cell was not measured.</summary>
    public double Effect(GridPanel panel, int row, int column) => panel.Accuracy[row, column] - Baseline;

    /// <summary>Rows from the highest layer to the lowest: networks are drawn with the output on top.</summary>
    public IEnumerable<int> RowsFromTheTop => Enumerable.Range(0, Layers.Count).OrderByDescending(row => Layers[row]);

    /// <summary>Columns from the weakest strength to the strongest.</summary>
    public IEnumerable<int> ColumnsByStrength => Enumerable.Range(0, Strengths.Count).OrderBy(column => Strengths[column]);

    /// <summary>The name of a panel; the site is said only where there are several.</summary>
    public string NameOf(GridPanel panel)
        => Panels.All(other => other.Site == panel.Site) ? panel.Method : $"{panel.Method} · {panel.Site}";

    /// <summary>Name of the panel and, where a cell is chosen, which one and how good it is.</summary>
    public string Heading(GridPanel panel)
    {
        if (panel.Chosen is not var (row, column))
        {
            return NameOf(panel);
        }

        return Strengths[column] == 0
            ? $"{NameOf(panel)}: do not steer"
            : $"{NameOf(panel)}: layer {Words.Number(Layers[row])}, strength {Words.Number(Strengths[column])}, {Words.Points(Effect(panel, row, column))} points";
    }
}

/// <summary>One method at one site.</summary>
/// <param name="Method">Name of the method.</param>
/// <param name="Site">Name of the site.</param>
/// <param name="Accuracy">[layer, strength], 0 to 1; NaN where not measured.</param>
/// <param name="Chosen">Row and column of the cell that selection chose here, if any.</param>
internal sealed record GridPanel(string Method, string Site, double[,] Accuracy, (int Row, int Column)? Chosen = null);

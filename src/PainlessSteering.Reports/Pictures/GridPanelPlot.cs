using PainlessSteering.Statistics;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace PainlessSteering.Reports.Pictures;

/// <summary>The plots of which the picture of a validation grid is put together.</summary>
internal static class GridPanelPlot
{
    /// <summary>A panel as a plot whose cell (column, row) is the unit square around that point.</summary>
    public static Plot Panel(GridFigure grid, GridPanel panel, EffectScale scale, string font)
    {
        const double Half = 0.485; // Leaves a white line between cells.
        var (rows, columns) = (grid.RowsFromTheTop.Reverse().ToArray(), grid.ColumnsByStrength.ToArray());
        var cells =
            from y in Enumerable.Range(0, rows.Length)
            from x in Enumerable.Range(0, columns.Length)
            let effect = grid.Effect(panel, rows[y], columns[x])
            let ink = scale.IsDark(effect) ? Colors.White : Colors.Black
            select new Cell(new(x - Half, x + Half, y - Half, y + Half), ColorOf(scale, effect), Printed(effect), ink);
        var plot = Blank([.. cells], font);
        if (panel.Chosen is var (row, column))
        {
            var (x, y) = (Array.IndexOf(columns, column), Array.IndexOf(rows, row));
            var frame = plot.Add.Rectangle(x - 0.5, x + 0.5, y - 0.5, y + 0.5);
            frame.FillColor = Colors.Transparent;
            frame.LineColor = Colors.Black;
            frame.LineWidth = 2.5f;
        }

        plot.Title(grid.Heading(panel), 12);
        plot.Axes.Bottom.TickGenerator = Ticks(columns.Select(c => grid.Strengths[c].ToString()));
        plot.Axes.Left.TickGenerator = Ticks(rows.Select(r => Words.Number(grid.Layers[r])));
        plot.XLabel("strength", 12);
        plot.YLabel("layer", 12);
        plot.Axes.SetLimits(-0.5, columns.Length - 0.5, -0.5, rows.Length - 0.5);
        return plot;
    }

    /// <summary>The scale of colours as a plot with its ticks on the right.</summary>
    public static Plot ColorBar(EffectScale scale, string font)
    {
        const int Steps = 200;
        double At(double step) => scale.Limit * (2 * step / Steps - 1);
        // Each step reaches to the top, and the next one covers it: no seams.
        var plot = Blank([.. Enumerable.Range(0, Steps).Select(i => new Cell(new(0, 1, At(i), scale.Limit), ColorOf(scale, At(i + 0.5))))], font);
        double[] marks = [-1, -0.5, 0, 0.5, 1];
        plot.Axes.Left.RemoveTickGenerator();
        plot.Axes.Bottom.RemoveTickGenerator();
        plot.Axes.Right.TickGenerator = new NumericManual(
            [.. marks.Select(mark => mark * scale.Limit)],
            [.. marks.Select(mark => (mark == -1 && scale.Clipped ? "≤ " : "") + Printed(mark * scale.Limit))]);
        plot.Axes.Right.Label.Text = "effect (points)";
        plot.Axes.Right.Label.FontSize = 12;
        plot.Axes.SetLimits(0, 1, -scale.Limit, scale.Limit);
        plot.Axes.SetLimitsY(-scale.Limit, scale.Limit, plot.Axes.Right);
        return plot;
    }

    private static Plot Blank(IReadOnlyList<Cell> cells, string font)
    {
        var plot = new Plot();
        plot.Add.Plottable(new Cells(cells, font));
        plot.Font.Set(font);
        plot.HideGrid();
        plot.Axes.Title.Label.Bold = false;
        foreach (var axis in plot.Axes.GetAxes())
        {
            axis.Label.Bold = false;
            axis.MajorTickStyle.Length = 3;
            axis.MajorTickStyle.Color = Colors.Transparent;
        }

        return plot;
    }

    private static string Printed(double effect) => Words.Points(effect).Replace('-', '\u2212'); // A minus as wide as the plus.

    private static Color ColorOf(EffectScale scale, double effect)
    {
        var (red, green, blue) = scale.ColorOf(effect);
        return new(red, green, blue);
    }

    private static NumericManual Ticks(IEnumerable<string> labels)
    {
        var texts = labels.ToArray();
        return new([.. Enumerable.Range(0, texts.Length).Select(i => (double)i)], texts);
    }
}

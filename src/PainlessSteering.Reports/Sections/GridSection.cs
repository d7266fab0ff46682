using PainlessSteering.Evaluation;
using PainlessSteering.Reports.Page;
using PainlessSteering.Reports.Pictures;
using PainlessSteering.Studies.Tables;

namespace PainlessSteering.Reports.Sections;

/// <summary>The searched grid of each setting as heat maps, mean over the seeds.</summary>
internal static class GridSection
{
    private const int MostOpen = 12;

    public static ReportSection Section { get; } = new("grids", "What validation saw", Write);

    private static string Write(ReportContext context)
    {
        var cells =
            (from setting in context.Tables.Measured
             from method in setting.Cell.Methods
             let grid = setting.MeanGrid(method)
             from row in Enumerable.Range(0, grid.GetLength(0))
             from column in Enumerable.Range(0, grid.GetLength(1))
             select new GridRow(setting, method, setting.Results[0].Grid.Layers[row], setting.Results[0].Grid.Strengths[column], grid[row, column])).ToArray();
        if (cells.Length == 0)
        {
            return "";
        }

        var file = context.Csv("grid",
        [
            .. SettingColumns<GridRow>.Cell(row => row.Setting.Cell),
            Columns<GridRow>.Text(null, "method", row => row.Method),
            Columns<GridRow>.Plain(null, "layer", row => row.Layer),
            Columns<GridRow>.Strength(null, "steer_strength", row => row.Strength),
            Columns<GridRow>.Percent(null, "accuracy", row => row.Setting.UnsteeredValidation + row.Delta),
            Columns<GridRow>.Percent(null, "delta", row => row.Delta),
        ], cells);
        return Html.Paragraph("Effect on validation accuracy in percentage points, mean over the seeds. Frame: the best cell of the mean; each seed chose its own.")
            + string.Concat(context.Tables.Measured.Select(setting => context.Draws
                ? Html.Details(setting.Title, context.Figure("grid " + setting.Title, $"{setting.Title}: effect on validation accuracy over layers and strengths.", _ => GridPlot.Svg(Figure(setting))), open: context.Tables.Measured.Count() <= MostOpen)
                : ""))
            + $"<p class=\"file\"><a href=\"{Html.Text(file)}\">CSV</a></p>\n";
    }

    private static GridFigure Figure(SettingReport setting)
    {
        var (layers, strengths, baseline) = (setting.Results[0].Grid.Layers, setting.Results[0].Grid.Strengths, setting.UnsteeredValidation);
        return new(setting.Title, layers, strengths, baseline, [.. setting.Cell.Methods.Select(method =>
        {
            var accuracy = setting.MeanGrid(method);
            (int Row, int Column)? best = null;
            for (var row = 0; row < layers.Count; row++)
            {
                for (var column = 0; column < strengths.Count; column++)
                {
                    accuracy[row, column] += baseline;
                    best = accuracy[row, column] > (best is var (y, x) ? accuracy[y, x] : baseline) ? (row, column) : best;
                }
            }

            return new GridPanel(method, setting.Cell.Site, accuracy, best);
        })]);
    }

    private sealed record GridRow(SettingReport Setting, string Method, int Layer, SteeringStrength Strength, double Delta);
}

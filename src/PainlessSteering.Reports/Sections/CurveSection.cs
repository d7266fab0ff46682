using PainlessSteering.Reports.Page;
using PainlessSteering.Reports.Paper;
using PainlessSteering.Reports.Pictures;
using PainlessSteering.Studies.Tables;

namespace PainlessSteering.Reports.Sections;

/// <summary>The best validation accuracy against layer and against strength.</summary>
internal static class CurveSection
{
    private const string Layer = "layer", Strength = "strength", Percentage = "strength, % of the norm";

    public static ReportSection Section { get; } = new("curves", "Accuracy against layer and strength", Write);

    private static string Write(ReportContext context)
    {
        var points = context.Tables.Measured.SelectMany(setting =>
            setting.ByLayer().Select(point => new CurvePoint(setting, Layer, point.At, point.Accuracy))
                .Concat(setting.ByStrength().Select(point => new CurvePoint(setting, Strength, point.At, point.Accuracy)))
                .Concat(setting.ByStrength(percentages: true).Select(point => new CurvePoint(setting, Percentage, point.At, point.Accuracy)))).ToArray();
        if (points.Length == 0)
        {
            return "";
        }

        var figures = context.Tables.Measured.GroupBy(setting => (setting.Cell.Model, setting.Cell.Task)).Select(group => context.Figure(
            $"curves {group.Key.Model} {group.Key.Task}", $"{group.Key.Model}, {group.Key.Task}: best validation accuracy over the rest of the grid, mean over seeds.",
            font => CurveChart.Svg(group.Key.Task, "best validation accuracy (%)", [.. new[] { Layer, Strength, Percentage }.Select(axis => Panel(context, [.. group], axis)).Where(panel => panel.Lines.Any(line => line.Points.Count > 0))], font)));
        var file = context.Csv("curves",
        [
            .. SettingColumns<CurvePoint>.Cell(row => row.Setting.Cell),
            Columns<CurvePoint>.Text(null, "axis", row => row.Axis),
            Columns<CurvePoint>.Plain(null, "at", row => row.At),
            Columns<CurvePoint>.Percent(null, "best_val_acc", row => row.Accuracy),
        ], points);
        return string.Concat(figures) + $"<p class=\"file\"><a href=\"{Html.Text(file)}\">CSV</a></p>\n";
    }

    private static CurveChart.Panel Panel(ReportContext context, SettingReport[] settings, string axis)
    {
        IReadOnlyList<(double At, double Accuracy)> Points(SettingReport setting) => axis == Layer ? setting.ByLayer() : setting.ByStrength(axis == Percentage);
        var theirs = settings.FirstOrDefault(setting => PaperNumbers.IsTheirSetting(setting.Cell))?.Cell is not { } cell ? []
            : axis == Percentage ? []
            : axis == Layer ? context.Paper.Curve(context.Paper.Layers, context.Paper.ByLayer, cell.Model, cell.Task)
            : context.Paper.Curve(context.Paper.Strengths, context.Paper.ByStrength, cell.Model, cell.Task);

        // Each setting has its own; where all have the same, one line says it.
        var same = settings.Select(setting => setting.UnsteeredValidation).Distinct().Count() == 1;
        return new(axis,
        [
            .. settings.Select(setting => CurveChart.Line.Of(setting.Title, Points(setting))),
            .. settings.Take(same ? 1 : settings.Length).Select(setting => CurveChart.Line.Of(same ? "unsteered" : setting.Title, Points(setting).Select(point => (point.At, setting.UnsteeredValidation)), CurveChart.Kind.Unsteered)),
            .. theirs.Count == 0 ? Array.Empty<CurveChart.Line>() : [CurveChart.Line.Of("paper", theirs, CurveChart.Kind.Paper)],
        ]);
    }

    private sealed record CurvePoint(SettingReport Setting, string Axis, double At, double Accuracy);
}

using PainlessSteering.Reports.Page;
using PainlessSteering.Reports.Paper;
using PainlessSteering.Reports.Pictures;
using PainlessSteering.Statistics;
using PainlessSteering.Studies.Tables;
using static System.FormattableString;

namespace PainlessSteering.Reports.Sections;

/// <summary>Test accuracy against the number of training items, where a study has several splits.</summary>
internal static class SampleSizeSection
{
    public static ReportSection Section { get; } = new("sample-size", "How many items it takes", Write);

    private static string Write(ReportContext context)
    {
        var groups = context.Tables.Measured.GroupBy(setting => (setting.Cell with { Seed = 0, Split = "" }).Id)
            .Where(group => group.Select(setting => setting.TrainItems).Distinct().Count() > 1).ToArray();
        var points = groups.SelectMany(group => group.SelectMany(setting => setting.Methods.Select(method => Point(setting, method)))).ToArray();
        if (points.Length == 0)
        {
            return "";
        }

        var figures = groups.Select(group =>
        {
            var cell = group.First().Cell;
            var title = $"{cell.Model}, {cell.Task}, {cell.Site}{(cell.Icl > 0 ? Invariant($", {cell.Icl} exemplars") : "")}{(cell.Sft is null ? "" : ", fine-tuned")}";
            return context.Figure(
                $"sample size {title.Replace(",", "", StringComparison.Ordinal)}", $"{title}: test accuracy against the number of training items, mean over seeds with 95% t-intervals.",
                font => CurveChart.Svg(
                    cell.Task, "test accuracy (%)",
                    [.. cell.Methods.Select(method => Panel(context, method, [.. points.Where(point => point.Method == method && group.Contains(point.Setting))]))], font));
        });
        return string.Concat(figures) + context.Table("sample_size",
        [
            Columns<SizePoint>.Text("setting", "setting", row => row.Setting.Title),
            .. SettingColumns<SizePoint>.Cell(row => row.Setting.Cell),
            Columns<SizePoint>.Text("method", "method", row => row.Method),
            Columns<SizePoint>.Plain("training items", "train_items", row => row.Items),
            Columns<SizePoint>.Percent("unsteered", "unsteered_accuracy", row => row.Unsteered),
            Columns<SizePoint>.Percent("steered", "test_acc_mean", row => row.Accuracy),
            Columns<SizePoint>.Points("± points", "half_width_points", row => row.Half),
        ], points);
    }

    private static SizePoint Point(SettingReport setting, MethodReport method)
    {
        double[] accuracies = [.. setting.Results.Select(result => result.Methods.Single(choice => choice.Method == method.Method).Test.Accuracy)];
        var half = accuracies.Length > 1 && PairedT.Of(accuracies) is var test ? test.Interval.High - test.Mean : 0;
        return new(setting, method.Method, Math.Round(setting.TrainItems), method.Report.UnsteeredAccuracy, accuracies.Average(), half);
    }

    private static CurveChart.Panel Panel(ReportContext context, string method, SizePoint[] points)
    {
        var cell = points[0].Setting.Cell;
        var paper = PaperNumbers.IsTheirSetting(cell) ? context.Paper.SizeCurve(cell.Model, cell.Task, method) : [];
        var sorted = points.OrderBy(point => point.Items).ToArray();
        return new($"training items ({method})",
        [
            new(method, [.. sorted.Select(point => (point.Items, point.Accuracy, point.Half))]),
            CurveChart.Line.Of("unsteered", sorted.Select(point => (point.Items, point.Unsteered)), CurveChart.Kind.Unsteered),
            .. paper.Count == 0 ? Array.Empty<CurveChart.Line>() : [CurveChart.Line.Of("paper", paper, CurveChart.Kind.Paper)],
        ]);
    }

    private sealed record SizePoint(SettingReport Setting, string Method, double Items, double Unsteered, double Accuracy, double Half);
}

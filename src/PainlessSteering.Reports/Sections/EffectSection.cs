using PainlessSteering.Reports.Page;
using PainlessSteering.Reports.Paper;
using PainlessSteering.Reports.Pictures;
using PainlessSteering.Statistics;
using PainlessSteering.Studies.Tables;

namespace PainlessSteering.Reports.Sections;

/// <summary>The effect of every method in every setting: figure and table.</summary>
internal static class EffectSection
{
    public static ReportSection Section { get; } = new("effects", "Effects of the methods", Write);

    private static string Write(ReportContext context)
    {
        var rows = context.Tables.Measured.SelectMany(setting => setting.Methods.Select(method => (Setting: setting, method.Method, method.Report))).ToArray();
        if (rows.Length == 0)
        {
            return "";
        }

        var words = "Each method's mean effect with its 95% interval (corrected for overlapping splits)"
            + (rows.Any(row => Paper(context, row.Setting, row.Method) is not null) ? "; diamonds: the paper's mean over its three models." : ".");
        // One figure a group of settings that have the same methods; a long study gets one a model and site.
        var figures = context.Tables.Measured.GroupBy(setting => (setting.Cell.Model, setting.Cell.Site, Methods: string.Join(',', setting.Cell.Methods)))
            .Select(group => context.Figure(
                $"effects {group.Key.Model} {group.Key.Site}", $"{group.Key.Model}, {group.Key.Site}. {words}",
                font => EffectChart.Svg([.. group.Select(setting => (setting.Title, Entries(context, setting)))], group.First().Cell.Methods, font)));
        return string.Concat(figures) + context.Table("methods",
        [
            Columns<(SettingReport Setting, string Method, TaskReport Report)>.Text("setting", "setting", row => row.Setting.Title),
            .. SettingColumns<(SettingReport Setting, string Method, TaskReport Report)>.Cell(row => row.Setting.Cell),
            Columns<(SettingReport Setting, string Method, TaskReport Report)>.Text("method", "method", row => row.Method),
            .. SettingColumns<(SettingReport Setting, string Method, TaskReport Report)>.Tests(row => row.Report),
            Columns<(SettingReport Setting, string Method, TaskReport Report)>.Points("paper", "paper_points", row => Paper(context, row.Setting, row.Method)),
        ], rows);
    }

    private static IReadOnlyList<EffectChart.Entry> Entries(ReportContext context, SettingReport setting) =>
        [.. setting.Methods.Select(method => new EffectChart.Entry(method.Report.Verdict.Effect, method.Report.Verdict.Interval, Paper(context, setting, method.Method)))];

    private static double? Paper(ReportContext context, SettingReport setting, string method) =>
        PaperNumbers.IsTheirSetting(setting.Cell) ? context.Paper.Effect(setting.Cell.Model, setting.Cell.Task, method)?.Mean : null;
}

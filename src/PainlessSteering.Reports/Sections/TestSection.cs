using PainlessSteering.Reports.Page;
using PainlessSteering.Studies.Tables;

namespace PainlessSteering.Reports.Sections;

/// <summary>The tests behind the verdicts.</summary>
internal static class TestSection
{
    public static ReportSection Section { get; } = new("tests", "The tests behind the verdicts", Write);

    private static string Write(ReportContext context) => context.Table("verdicts",
    [
        Columns<SettingReport>.Text("setting", "setting", row => row.Title),
        .. SettingColumns<SettingReport>.Cell(row => row.Cell),
        .. SettingColumns<SettingReport>.Tests(row => row.Overall!),
        Columns<SettingReport>.Percent(null, "unsteered_accuracy", row => row.Overall!.UnsteeredAccuracy),
        Columns<SettingReport>.Percent(null, "steered_accuracy", row => row.Overall!.SteeredAccuracy),
        Columns<SettingReport>.Percent(null, "best_constant_accuracy", row => row.Overall!.BestConstantAccuracy),
        Columns<SettingReport>.Text(null, "usual_method", row => row.UsualChoice.Method ?? ""),
        Columns<SettingReport>.Plain(null, "usual_layer", row => row.UsualChoice.Layer),
        Columns<SettingReport>.Strength(null, "usual_strength", row => row.UsualChoice.Column),
    ], [.. context.Tables.Measured]) is { Length: > 0 } table
        ? Html.Paragraph("Effects in percentage points. p: corrected resampled t-test (exact McNemar test with one seed), one-sided, after Holm's correction over the rows. Plain t: the paper's paired t-test, which takes seeds as independent and is too sure of itself.") + table
        : "";
}

using PainlessSteering.Reports.Page;
using PainlessSteering.Studies.Tables;

namespace PainlessSteering.Reports.Sections;

/// <summary>Categories pooled over their tasks, as in the paper.</summary>
internal static class CategorySection
{
    public static ReportSection Section { get; } = new("categories", "Categories", Write);

    private static string Write(ReportContext context) => context.Table("categories",
    [
        Columns<CategoryReport>.Text("category", "category", row => row.Category),
        Columns<CategoryReport>.Text("model", "model", row => row.Model),
        Columns<CategoryReport>.Text("site", "site", row => row.Setting.Site),
        Columns<CategoryReport>.Varying(context.Tables.Categories, "split", "split", row => row.Setting.Split),
        Columns<CategoryReport>.Plain("exemplars", "icl", row => row.Setting.Icl),
        Columns<CategoryReport>.Varying(context.Tables.Categories, "fine-tuned", "fine_tuned", row => SettingColumns<CategoryReport>.FineTuned(row.Setting)),
        Columns<CategoryReport>.Text("method", "method", row => row.Method),
        Columns<CategoryReport>.Plain("tasks", "tasks", row => row.Tasks.Count),
        Columns<CategoryReport>.Plain("effects", "effects", row => row.Effects),
        Columns<CategoryReport>.Points("mean", "mean_points", row => row.Mean),
        .. Columns<CategoryReport>.Interval("95% interval, by task", "clustered_points", row => row.Clustered?.Interval),
        Columns<CategoryReport>.P("p, by task", "p_clustered", row => row.Clustered?.PGreater),
        .. Columns<CategoryReport>.Interval("interval, all independent", "independent_points", row => row.Independent?.Interval),
        Columns<CategoryReport>.P("p, all independent", "p_independent", row => row.Independent?.PGreater),
        Columns<CategoryReport>.Points("paper", "paper_points", row => Paper(context, row)),
    ], context.Tables.Categories) is { Length: > 0 } table
        ? Html.Paragraph("Every seed of every task is one effect. By task: cluster-robust, with one degree of freedom less than there are tasks, because the seeds of a task share its items. All independent: the paper's reckoning.") + table
        : "";

    private static double? Paper(ReportContext context, CategoryReport row) =>
        row.Setting is { Site: "residual", Sft: null } && (row.Model == CategoryReport.AllModels ? context.Tables.Measured.All(setting => context.Paper.Knows(setting.Cell.Model)) : context.Paper.Knows(row.Model))
            ? context.Paper.Category(row.Category, row.Method, row.Setting.Icl) : null;
}

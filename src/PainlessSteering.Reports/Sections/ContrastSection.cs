using PainlessSteering.Reports.Page;
using PainlessSteering.Reports.Paper;
using PainlessSteering.Reports.Pictures;
using PainlessSteering.Studies.Tables;

namespace PainlessSteering.Reports.Sections;

/// <summary>Steering against fine-tuning and exemplars, and on top of them; effect beside cost.</summary>
internal static class ContrastSection
{
    public static ReportSection Section { get; } = new("contrasts", "Steering, fine-tuning and exemplars", Write);

    private static string Write(ReportContext context)
    {
        var (contrasts, arms) = (ContrastReport.Of(context.Study), ArmReport.Of(context.Study));
        if (contrasts.Count == 0)
        {
            return "";
        }

        var figures = arms.GroupBy(arm => (arm.Cell.Model, arm.Cell.Task)).Where(group => group.Any(arm => arm.Seconds > 0)).Select(group => context.Figure(
            $"cost {group.Key.Model} {group.Key.Task}", $"{group.Key.Model}, {group.Key.Task}: gain in test accuracy against the time it took, mean over seeds with 95% interval.",
            font => CostChart.Svg([.. group], $"{group.Key.Model}, {group.Key.Task}: effect against cost", font)));
        return Html.Paragraph("Contrasts between answers to the same test items, seed by seed; intervals are corrected for overlapping splits, p values are two-sided and Holm-corrected. C asks whether steering adds more to a fine-tuned model than fine-tuning added to the model.")
            + context.Table("contrasts",
            [
                Columns<ContrastReport>.Text("task", "task", row => row.Cell.Task),
                Columns<ContrastReport>.Varying(contrasts, "model", "model", row => row.Cell.Model),
                Columns<ContrastReport>.Varying(contrasts, "site", "site", row => row.Cell.Site),
                Columns<ContrastReport>.Varying(contrasts, "split", "split", row => row.Cell.Split),
                Columns<ContrastReport>.Text("method", "method", row => row.Method),
                Columns<ContrastReport>.Text("contrast", "contrast", row => row.Contrast),
                Columns<ContrastReport>.Plain("seeds", "seeds", row => row.Effects.Count),
                Columns<ContrastReport>.Points("difference", "difference_points", row => row.Mean),
                .. Columns<ContrastReport>.Interval("95% interval", "difference_points", row => row.Test?.Interval),
                Columns<ContrastReport>.P("p", "p_holm", row => row.P),
                Columns<ContrastReport>.P(null, "p", row => row.Test?.PTwoSided),
                Columns<ContrastReport>.Points("paper", "paper_points", row => Paper(context.Paper, row)),
            ], contrasts)
            + Html.Heading("Effect beside cost")
            + Html.Paragraph("Gain over the model as it is. Costs are means over the seeds on the machine that ran them: seconds to make it, the most memory of the process, numbers that were trained, size of what is kept. Methods of one cell share its fit. Exemplars cost nothing to make, but every prompt is longer.")
            + context.Table("costs",
            [
                Columns<ArmReport>.Text("task", "task", row => row.Cell.Task),
                Columns<ArmReport>.Varying(arms, "model", "model", row => row.Cell.Model),
                Columns<ArmReport>.Varying(arms, "site", "site", row => row.Cell.Site),
                Columns<ArmReport>.Varying(arms, "split", "split", row => row.Cell.Split),
                Columns<ArmReport>.Text("way", "way", row => row.Arm),
                Columns<ArmReport>.Points("gain", "gain_points", row => row.Effect),
                .. Columns<ArmReport>.Interval("95% interval", "gain_points", row => row.Interval),
                Columns<ArmReport>.Plain("seconds", "seconds", row => Rounded(row.Seconds, 1)),
                Columns<ArmReport>.Plain("peak MB", "peak_mb", row => Rounded(row.PeakMemoryBytes / 1e6, 0)),
                Columns<ArmReport>.Plain("trained parameters", "trained_parameters", row => row.Parameters),
                Columns<ArmReport>.Plain("KB kept", "artifact_kb", row => Rounded(row.ArtifactBytes / 1e3, 1)),
            ], arms)
            + string.Concat(figures);
    }

    // Theirs is one model and one task, at the residual site.
    private static double? Paper(PaperNumbers paper, ContrastReport row) => row.Cell.Site != "residual" ? null : row.Contrast[0] switch
    {
        'A' => paper.OnTopOfTuned(row.Cell.Model, row.Cell.Task, row.Method),
        'B' => paper.Tuned(row.Cell.Model, row.Cell.Task),
        _ => null,
    };

    private static double? Rounded(double? value, int digits) => value is { } number ? Math.Round(number, digits) : null;
}

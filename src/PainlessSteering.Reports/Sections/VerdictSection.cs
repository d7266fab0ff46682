using PainlessSteering.Reports.Page;
using PainlessSteering.Statistics;
using PainlessSteering.Studies.Tables;
using static System.FormattableString;

namespace PainlessSteering.Reports.Sections;

/// <summary>The answer, first: does steering help, task by task, in words.</summary>
internal static class VerdictSection
{
    public static ReportSection Section { get; } = new("verdicts", "Does steering help?", Write);

    private static string Write(ReportContext context) =>
        context.Tables.Measured.Any() ? $"<div class=\"cards\">\n{string.Concat(context.Tables.Measured.Select(Card))}</div>\n" : Html.Paragraph("No cell of the study is finished yet.");

    private static string Card(SettingReport setting)
    {
        var (report, verdict) = (setting.Overall!, setting.Overall!.Verdict);
        var kind = verdict.Conclusion switch { Conclusion.Helps => "helps", Conclusion.Hurts => "hurts", _ => "none" };
        var seeds = setting.Results.Count == setting.Planned ? Seeds(setting.Planned) : Invariant($"{setting.Results.Count} of {Seeds(setting.Planned)}");
        return $"<article class=\"card {kind}\"><h3>{Html.Text(setting.Title)}</h3><p class=\"verdict\">{Html.Text(Words.Of(verdict.Conclusion))}</p>"
            + Html.Paragraph($"{Words.Points(verdict.Effect)} points (95% interval {Words.Of(verdict.Interval)}) over {seeds}: accuracy {Words.Percent(report.UnsteeredAccuracy)} unsteered, {Words.Percent(report.SteeredAccuracy)} steered; always the best letter {Words.Percent(report.BestConstantAccuracy)}.")
            + Html.Paragraph(Chosen(setting))
            + Html.Details("why", Html.List(verdict.Sentences)) + "</article>\n";
    }

    private static string Chosen(SettingReport setting)
    {
        var choice = setting.UsualChoice;
        var seeds = setting.Results.Count(result => (result.Overall.Method, result.Overall.Layer, result.Overall.Column) == (choice.Method, choice.Layer, choice.Column));
        var what = choice.Layer is { } layer ? Invariant($"{choice.Method}, layer {layer}, strength {choice.Column}") : "not to steer";
        return Invariant($"Chosen on validation most often: {what} ({seeds} of {Seeds(setting.Results.Count)}).");
    }

    private static string Seeds(int count) => count == 1 ? "1 seed" : Invariant($"{count} seeds");
}

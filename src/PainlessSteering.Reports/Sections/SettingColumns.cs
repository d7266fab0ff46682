using PainlessSteering.Reports.Page;
using PainlessSteering.Statistics;
using PainlessSteering.Studies;

namespace PainlessSteering.Reports.Sections;

/// <summary>Columns that several tables share, so that they are called the same everywhere.</summary>
internal static class SettingColumns<T>
{
    /// <summary>What determines a row besides its seed; the page says it in one title.</summary>
    public static IEnumerable<Column<T>> Cell(Func<T, StudyCell> cell) =>
    [
        Columns<T>.Text(null, "model", row => cell(row).Model),
        Columns<T>.Text(null, "task", row => cell(row).Task),
        Columns<T>.Text(null, "category", row => cell(row).Category ?? ""),
        Columns<T>.Text(null, "site", row => cell(row).Site),
        Columns<T>.Text(null, "split", row => cell(row).Split),
        Columns<T>.Plain(null, "icl", row => cell(row).Icl),
        Columns<T>.Text(null, "fine_tuned", row => FineTuned(cell(row))),
        Columns<T>.Text(null, "weights", row => cell(row).Weights),
        Columns<T>.Text(null, "dtype", row => cell(row).DataType),
        Columns<T>.Text(null, "protocol", row => cell(row).Protocol.ToString().ToLowerInvariant()),
    ];

    /// <summary>Whether the cell trains an adapter first.</summary>
    public static string FineTuned(StudyCell cell) => cell.Sft is null ? "no" : "yes";

    /// <summary>Mean, interval and tests over the seeds.</summary>
    public static IEnumerable<Column<T>> Tests(Func<T, TaskReport> report) =>
    [
        Columns<T>.Plain("seeds", "seeds", row => report(row).Effects.Count),
        Columns<T>.Text("verdict", "verdict", row => Words.Of(report(row).Verdict.Conclusion)),
        Columns<T>.Points("effect", "effect_points", row => report(row).Verdict.Effect),
        .. Columns<T>.Interval("95% interval", "effect_points", row => report(row).Verdict.Interval),
        Columns<T>.P("p", "p_holm", row => report(row).Verdict.PHelps),
        Columns<T>.P("p before Holm", "p_corrected", row => report(row).Corrected?.PGreater),
        Columns<T>.P(null, "p_hurts_holm", row => report(row).Verdict.PHurts),
        .. Columns<T>.Interval("plain t: interval", "plain_points", row => report(row).Paired?.Interval),
        Columns<T>.P("plain t: p", "p_plain_t", row => report(row).Paired?.PGreater),
        Columns<T>.P("Wilcoxon p", "p_wilcoxon", row => report(row).Wilcoxon.PGreater),
        Columns<T>.P("placebo p", "p_placebo", row => report(row).Verdict.PlaceboTest is { Draws: > 0 } test ? test.P : null),
        Columns<T>.Plain("mended", "wrong_to_right", row => report(row).Flips.WrongToRight),
        Columns<T>.Plain("spoilt", "right_to_wrong", row => report(row).Flips.RightToWrong),
    ];
}

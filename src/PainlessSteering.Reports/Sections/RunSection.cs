using PainlessSteering.Reports.Page;
using PainlessSteering.Studies;

namespace PainlessSteering.Reports.Sections;

/// <summary>Every finished cell by itself, also in the layout of the released code's tables.</summary>
internal static class RunSection
{
    public static ReportSection Section { get; } = new("runs", "Every run", Write);

    private static string Write(ReportContext context)
    {
        var rows = context.Study.Results.SelectMany(result => result.Methods.Select(choice => new RunRow(result, choice.Method!, choice))).ToArray();
        if (rows.Length == 0)
        {
            return "";
        }

        Column<RunRow>[] which =
        [
            Columns<RunRow>.Text(null, "Model", row => row.Result.Cell.Model),
            Columns<RunRow>.Text(null, "Site", row => row.Result.Cell.Site),
            Columns<RunRow>.Text(null, "Split", row => row.Result.Cell.Split),
            Columns<RunRow>.Plain(null, "ICL", row => row.Result.Cell.Icl),
            Columns<RunRow>.Text(null, "SFT", row => SettingColumns<RunRow>.FineTuned(row.Result.Cell)),
            Columns<RunRow>.Plain(null, "Seed", row => row.Result.Cell.Seed),
        ];
        // The released code lists each benchmark's unsteered model first.
        var summary = context.Csv("cross_benchmark_summary",
        [
            Columns<RunRow>.Text(null, "Benchmark", row => row.Result.Cell.Task),
            Columns<RunRow>.Text(null, "Method", row => row.Method),
            Columns<RunRow>.Plain(null, "Layer", row => row.Choice?.Layer),
            Columns<RunRow>.Strength(null, "Strength", row => row.Choice?.Column),
            Columns<RunRow>.Percent(null, "Val-Acc", row => row.Choice?.ValAccuracy ?? row.Result.ValAccuracy),
            Columns<RunRow>.Percent(null, "Test-Acc", row => row.Choice?.Test.Accuracy ?? row.Result.TestAccuracy),
            .. which,
        ], [.. rows.GroupBy(row => row.Result).SelectMany(cell => cell.Prepend(new RunRow(cell.Key, "Unsteered", null)))]);
        var flips = context.Csv("cross_benchmark_flips",
        [
            Columns<RunRow>.Text(null, "Benchmark", row => row.Result.Cell.Task),
            Columns<RunRow>.Text(null, "Method", row => row.Method),
            Columns<RunRow>.Plain(null, "R2W", row => row.Choice!.Test.RightToWrong),
            Columns<RunRow>.Plain(null, "W2R", row => row.Choice!.Test.WrongToRight),
            .. which,
        ], rows);
        var table = context.Table("runs",
        [
            Columns<RunRow>.Text("run", "run", row => row.Result.Cell.Title),
            .. SettingColumns<RunRow>.Cell(row => row.Result.Cell),
            Columns<RunRow>.Plain(null, "seed", row => row.Result.Cell.Seed),
            Columns<RunRow>.Text("method", "method", row => row.Method),
            Columns<RunRow>.Plain("layer", "layer", row => row.Choice!.Layer),
            Columns<RunRow>.Strength("strength", "strength", row => row.Choice!.Column),
            Columns<RunRow>.Percent("validation", "val_accuracy", row => row.Choice!.ValAccuracy),
            Columns<RunRow>.Percent("unsteered", "unsteered_accuracy", row => row.Result.TestAccuracy),
            Columns<RunRow>.Percent("steered", "test_accuracy", row => row.Choice!.Test.Accuracy),
            Columns<RunRow>.Points("effect", "effect_points", row => row.Choice!.Test.Effect.Points / 100),
            Columns<RunRow>.P("McNemar p", "p_mcnemar", row => row.Choice!.Test.Effect.P),
            Columns<RunRow>.Plain("mended", "wrong_to_right", row => row.Choice!.Test.WrongToRight),
            Columns<RunRow>.Plain("spoilt", "right_to_wrong", row => row.Choice!.Test.RightToWrong),
        ], rows);
        return Html.Details(FormattableString.Invariant($"{rows.Length} rows"), table)
            + $"<p class=\"file\">With the released code's columns: <a href=\"{summary}\">cross_benchmark_summary.csv</a>, <a href=\"{flips}\">cross_benchmark_flips.csv</a></p>\n";
    }

    /// <param name="Result">The cell.</param>
    /// <param name="Method">Name of the method.</param>
    /// <param name="Choice">Its choice; null for the unsteered model.</param>
    private sealed record RunRow(CellResult Result, string Method, CellChoice? Choice);
}

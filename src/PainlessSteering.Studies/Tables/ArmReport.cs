using PainlessSteering.Statistics;

namespace PainlessSteering.Studies.Tables;

/// <summary>Effect and cost of one way to better a model, beside each other; costs are means over the seeds, of this machine.</summary>
/// <param name="Cell">What the arms share.</param>
/// <param name="Arm">E.g. <c>SFT+PAS, iPASa</c>.</param>
/// <param name="Effect">Test accuracy less that of the model as it is, mean over the seeds, -1 to 1.</param>
/// <param name="Interval">Corrected for overlapping splits; null with fewer than two seeds.</param>
/// <param name="Seconds">To make it; null where that is not known.</param>
/// <param name="PeakMemoryBytes">Most memory of the process; null likewise.</param>
/// <param name="Parameters">Numbers that were trained.</param>
/// <param name="ArtifactBytes">Size of what is kept.</param>
public sealed record ArmReport(
    StudyCell Cell, string Arm, double Effect, Interval? Interval, double? Seconds, double? PeakMemoryBytes, double Parameters, double ArtifactBytes)
{
    /// <summary>All arms that a study's results allow.</summary>
    public static IReadOnlyList<ArmReport> Of(StudyResults study) =>
        [.. ContrastArms.Of(study).GroupBy(arms => arms.Cell.Id).SelectMany(group => group.SelectMany((arms, index) => Rows(study, arms, withCommon: index == 0)))];

    private static IEnumerable<ArmReport> Rows(StudyResults study, ContrastArms arms, bool withCommon)
    {
        CellTiming[] Of(Func<StudyCell, bool> which) => [.. arms.Cells.Where(cell => which(cell.Cell) && study.Timings.ContainsKey(cell.Cell.Id)).Select(cell => study.Timings[cell.Cell.Id])];
        static double? Mean(IEnumerable<double?> values) => values.ToArray() is { Length: > 0 } all && all.All(value => value is not null) ? all.Average() : null;
        ArmReport Row(string name, Func<ArmAccuracies, double?> accuracy, double? seconds, double? memory, double parameters, double bytes)
        {
            var effects = arms.Seeds.Where(seed => accuracy(seed) is not null).Select(seed => accuracy(seed)!.Value - seed.Base).ToArray();
            return new(arms.Cell, name, effects.DefaultIfEmpty(double.NaN).Average(), effects.Length > 1 ? PairedT.Corrected(effects, arms.TestTrainRatio).Interval : null, seconds, memory, parameters, bytes);
        }

        var (plain, tuned, shown) = (Of(cell => cell is { Sft: null, Icl: 0 }), Of(cell => cell.Sft is not null), Of(cell => cell.Icl > 0));
        var (training, trainingMemory) = (Mean(tuned.Select(cell => cell.Training?.Seconds)), Mean(tuned.Select(cell => (double?)cell.Training?.PeakMemoryBytes)));
        var (parameters, adapter) = (tuned.Average(cell => (double?)cell.Training?.Parameters) ?? 0, tuned.Average(cell => (double?)cell.Training?.ArtifactBytes) ?? 0);
        double? FitSeconds(CellTiming[] cells) => Mean(cells.Select(cell => cell.FitSeconds));
        double? FitMemory(CellTiming[] cells) => Mean(cells.Select(cell => (double?)cell.FitPeakMemoryBytes));
        double Vector(CellTiming[] cells) => cells.Average(cell => (double?)cell.VectorBytes) ?? 0;
        if (withCommon && tuned.Length > 0)
        {
            yield return Row("SFT", seed => seed.Tuned, training, trainingMemory, parameters, adapter);
        }

        if (withCommon && shown.Length > 0)
        {
            yield return Row("ICL", seed => seed.Shown, null, null, 0, 0);
        }

        yield return Row($"PAS, {arms.Method}", seed => seed.Steered, FitSeconds(plain), FitMemory(plain), 0, Vector(plain));
        if (tuned.Length > 0)
        {
            yield return Row($"SFT+PAS, {arms.Method}", seed => seed.TunedSteered, training + FitSeconds(tuned), trainingMemory is { } a && FitMemory(tuned) is { } b ? Math.Max(a, b) : null, parameters, adapter + Vector(tuned));
        }

        if (shown.Length > 0)
        {
            yield return Row($"ICL+PAS, {arms.Method}", seed => seed.ShownSteered, FitSeconds(shown), FitMemory(shown), 0, Vector(shown));
        }
    }
}

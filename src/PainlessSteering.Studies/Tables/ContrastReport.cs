using PainlessSteering.Statistics;

namespace PainlessSteering.Studies.Tables;

/// <summary>
/// What a method adds to fine-tuning and to exemplars, and they to it: the paper's five contrasts, and those of in-context learning.
/// Every contrast is between answers to the same test items, seed by seed.
/// </summary>
/// <param name="Cell">What the arms share.</param>
/// <param name="Method">Name of the method.</param>
/// <param name="Contrast">Its letter and name.</param>
/// <param name="Effects">Difference of accuracies for each seed, -1 to 1.</param>
/// <param name="Test">Corrected for overlapping splits; null with fewer than two seeds.</param>
/// <param name="P">Two-sided, Holm-corrected over the contrasts of the study; null with fewer than two seeds.</param>
public sealed record ContrastReport(StudyCell Cell, string Method, string Contrast, IReadOnlyList<double> Effects, PairedT? Test, double? P)
{
    private const string Difference = "C: A against B";

    /// <summary>Mean over the seeds.</summary>
    public double Mean => Effects.Average();

    /// <summary>All contrasts that a study's results allow.</summary>
    public static IReadOnlyList<ContrastReport> Of(StudyResults study)
    {
        ArgumentNullException.ThrowIfNull(study);
        var rows = ContrastArms.Of(study).SelectMany(arms => Contrasts(arms)).ToArray();

        // What no method takes part in stands beside each of them, but is one test.
        (string, string, string?) Test(ContrastReport row) => (row.Cell.Id, row.Contrast, row.Contrast.Contains("PAS", StringComparison.Ordinal) || row.Contrast == Difference ? row.Method : null);
        var tests = rows.Where(row => row.Test is not null).DistinctBy(Test).ToArray();
        var adjusted = tests.Select(Test).Zip(Holm.Adjust([.. tests.Select(row => row.Test!.PTwoSided)])).ToDictionary();
        return [.. rows.Select(row => row.Test is null ? row : row with { P = adjusted[Test(row)] })];
    }

    private static IEnumerable<ContrastReport> Contrasts(ContrastArms arms)
    {
        ContrastReport Row(string name, Func<ArmAccuracies, double> effect, IReadOnlyList<ArmAccuracies> seeds)
        {
            var effects = seeds.Select(effect).ToArray();
            return new(arms.Cell, arms.Method, name, effects, effects.Length > 1 ? PairedT.Corrected(effects, arms.TestTrainRatio) : null, null);
        }

        var tuned = arms.Seeds.Where(seed => seed.Tuned is not null).ToArray();
        if (tuned.Length > 0)
        {
            yield return Row("A: SFT+PAS against SFT", seed => seed.TunedSteered!.Value - seed.Tuned!.Value, tuned);
            yield return Row("B: SFT against base", seed => seed.Tuned!.Value - seed.Base, tuned);
            yield return Row(Difference, seed => seed.TunedSteered!.Value - seed.Tuned!.Value - (seed.Tuned.Value - seed.Base), tuned);
            yield return Row("D: base+PAS against SFT", seed => seed.Steered - seed.Tuned!.Value, tuned);
            yield return Row("E: SFT+PAS against base+PAS", seed => seed.TunedSteered!.Value - seed.Steered, tuned);
        }

        var shown = arms.Seeds.Where(seed => seed.Shown is not null).ToArray();
        if (shown.Length > 0)
        {
            yield return Row("ICL against base", seed => seed.Shown!.Value - seed.Base, shown);
            yield return Row("ICL+PAS against ICL", seed => seed.ShownSteered!.Value - seed.Shown!.Value, shown);
        }
    }
}

namespace PainlessSteering.Studies.Tables;

/// <summary>Test accuracies of one seed, 0 to 1; null where the study has no such arm.</summary>
/// <param name="Base">The model.</param>
/// <param name="Steered">With PAS.</param>
/// <param name="Tuned">Fine-tuned.</param>
/// <param name="TunedSteered">Fine-tuned, with PAS.</param>
/// <param name="Shown">With exemplars.</param>
/// <param name="ShownSteered">With exemplars and PAS.</param>
internal sealed record ArmAccuracies(double Base, double Steered, double? Tuned, double? TunedSteered, double? Shown, double? ShownSteered);

/// <summary>The arms of a setting and method that differ in fine-tuning and exemplars alone.</summary>
/// <param name="Cell">The cell without either.</param>
/// <param name="Method">Name of the method.</param>
/// <param name="TestTrainRatio">As the corrected test asks for it.</param>
/// <param name="Seeds">Those with a base and at least one other arm.</param>
/// <param name="Cells">The cells of every arm, for what they cost.</param>
internal sealed record ContrastArms(StudyCell Cell, string Method, double TestTrainRatio, IReadOnlyList<ArmAccuracies> Seeds, IReadOnlyList<CellResult> Cells)
{
    public static IReadOnlyList<ContrastArms> Of(StudyResults study) =>
    [
        .. from setting in study.Results.GroupBy(result => (result.Cell with { Seed = 0, Icl = 0, Sft = null }).Id)
           where setting.Any(result => result.Cell.Sft is not null) // Exemplars alone have their own tables.
           from method in setting.First().Cell.Methods
           select Make([.. setting], method) into arms
           where arms.Seeds.Count > 0
           select arms,
    ];

    private static ContrastArms Make(CellResult[] cells, string method)
    {
        var seeds = new List<ArmAccuracies>();
        foreach (var seed in cells.GroupBy(cell => cell.Cell.Seed).OrderBy(seed => seed.Key))
        {
            var plain = seed.FirstOrDefault(cell => cell.Cell is { Sft: null, Icl: 0 });
            if (plain is null)
            {
                continue;
            }

            // An arm counts where it answered the same questions.
            CellResult? Arm(Func<StudyCell, bool> which) => seed.FirstOrDefault(cell => which(cell.Cell) && cell.TestItems.SequenceEqual(plain.TestItems) && cell.TestRight == plain.TestRight);
            var (tuned, shown) = (Arm(cell => cell.Sft is not null), Arm(cell => cell.Icl > 0));
            if (tuned is not null || shown is not null)
            {
                double? Steered(CellResult? cell) => cell?.Methods.Single(choice => choice.Method == method || choice.Method is null).Test.Accuracy;
                seeds.Add(new(plain.TestAccuracy, Steered(plain)!.Value, tuned?.TestAccuracy, Steered(tuned), shown?.TestAccuracy, Steered(shown)));
            }
        }

        return new(cells[0].Cell with { Icl = 0, Sft = null }, method, cells.Average(cell => cell.TestTrainRatio), seeds, cells);
    }
}

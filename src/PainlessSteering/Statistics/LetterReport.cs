using System.Text.Json.Serialization;

namespace PainlessSteering.Statistics;

/// <summary>
/// What letters alone explain: a model that has learnt to say "B" looks good wherever B is often right. Letters stand for positions in
/// the order in which the choices were presented.
/// </summary>
/// <param name="BestConstant">The letter that scores highest when it is always answered; on a tie the first.</param>
/// <param name="BestConstantAccuracy">Its accuracy.</param>
/// <param name="Favoured">The letter that the steered model answers most often; on a tie the first.</param>
/// <param name="FavouredShare">Its share of the steered predictions.</param>
/// <param name="OffFavoured">Flips among the items whose right letter is another one: a gain here is not that letter's.</param>
/// <param name="Unsteered">Confusion without steering: row right letter, column predicted letter, counts.</param>
/// <param name="Steered">Confusion with steering.</param>
public sealed record LetterReport(
    char BestConstant,
    double BestConstantAccuracy,
    char Favoured,
    double FavouredShare,
    Flips OffFavoured,
    IReadOnlyList<IReadOnlyList<int>> Unsteered,
    IReadOnlyList<IReadOnlyList<int>> Steered)
{
    /// <summary>The letter that the unsteered model answers most often, its share of the answers, and the share of the items for which it is right.</summary>
    [JsonIgnore]
    public (char Letter, double Share, double Right) UnsteeredFavourite
    {
        get
        {
            var said = Enumerable.Range(0, Unsteered.Count).Select(letter => Unsteered.Sum(row => row[letter])).ToArray();
            var favourite = MostFrequent(said);
            return (Letter(favourite), (double)said[favourite] / said.Sum(), (double)Unsteered[favourite].Sum() / said.Sum());
        }
    }

    /// <summary>Looks at the letters of a run.</summary>
    public static LetterReport Of(TestRun run)
    {
        var right = Counts(run.Answers, run.Letters);
        var said = Counts(run.Steered, run.Letters);
        var constant = MostFrequent(right);
        var favoured = MostFrequent(said);
        var offFavoured = Enumerable.Range(0, run.Answers.Count).Where(i => run.Answers[i] != favoured);
        return new(
            Letter(constant),
            (double)right[constant] / run.Answers.Count,
            Letter(favoured),
            (double)said[favoured] / run.Answers.Count,
            Flips.Between(run.Answers, run.Unsteered, run.Steered, offFavoured),
            Confusion(run.Answers, run.Unsteered, run.Letters),
            Confusion(run.Answers, run.Steered, run.Letters));
    }

    private static char Letter(int position) => (char)('A' + position);

    private static int[] Counts(IReadOnlyList<int> positions, int letters)
    {
        var counts = new int[letters];
        foreach (var position in positions)
        {
            counts[position]++;
        }

        return counts;
    }

    private static int MostFrequent(int[] counts) => Array.IndexOf(counts, counts.Max());

    private static int[][] Confusion(IReadOnlyList<int> answers, IReadOnlyList<int> predictions, int letters)
    {
        var counts = Enumerable.Range(0, letters).Select(_ => new int[letters]).ToArray();
        for (var i = 0; i < answers.Count; i++)
        {
            counts[answers[i]][predictions[i]]++;
        }

        return counts;
    }
}

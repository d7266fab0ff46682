using PainlessSteering.Statistics;

namespace PainlessSteering.Tests.Statistics;

/// <summary>
/// Whole runs on a made world, selection included: every vector has a grid of cells, the best cell on validation is tested once, placebos
/// go the same way. A prediction is the letter with the highest score: what the model knows of the item, plus noise that the cells of one
/// vector partly share, plus whatever the vector does. How often such runs say "helps" is known from how the world was made.
/// </summary>
public class CalibrationTests
{
    private const int Validation = 60, Test = 120, Letters = 3, Cells = 6;
    private const double Alpha = 0.05;

    [Fact]
    public void VectorsThatDoNothingRarelyHelp()
    {
        var rate = RateOfHelps(runs: 800, placebos: 0, (_, _) => 0);
        Assert.InRange(rate, 0.002, Bound(800));
        Assert.InRange(RateOfHelps(runs: 400, placebos: 10, (_, _) => 0), 0, Bound(400));
    }

    [Fact]
    public void PlacebosHoldTheRateWhereAnyVectorMovesTheModel()
    {
        // Each cell of each vector, real or not, truly gains or loses something. Significance alone is then no evidence of learning:
        // only the comparison with vectors from the same mould is, and 19 of them hold a rate of 1/20.
        double Moves(bool real, Random random) => 0.5 * (random.NextDouble() - 0.5);
        Assert.True(RateOfHelps(runs: 100, placebos: 0, Moves) > 0.25);
        Assert.InRange(RateOfHelps(runs: 300, placebos: 19, Moves), 0, Bound(300));
    }

    [Fact]
    public void ARealEffectIsFound() => Assert.True(RateOfHelps(runs: 100, placebos: 10, (real, _) => real ? 0.4 : 0) > 0.9);

    [Fact]
    public void ALetterDoesNotHelp()
    {
        var rate = RateOfHelps(runs: 200, placebos: 0, (_, _) => 0, letterPush: 0.4);
        Assert.InRange(rate, 0, Bound(200));
    }

    [Fact]
    public void OverlappingSplitsFoolThePlainTestAndNotTheCorrectedOne()
    {
        // 15 splits of one sample of 200 items on which steering is worth nothing in truth: the sample's luck is in every split.
        const int Studies = 600;
        var random = new Random(5);
        var (plain, corrected) = (0, 0);
        for (var study = 0; study < Studies; study++)
        {
            var changes = Enumerable.Range(0, 200).Select(_ => random.Next(4) switch { 0 => 1.0, 1 => -1.0, _ => 0.0 }).ToArray();
            var effects = new double[15];
            for (var seed = 0; seed < effects.Length; seed++)
            {
                random.Shuffle(changes);
                effects[seed] = changes.Take(40).Average();
            }

            plain += PairedT.Of(effects).PGreater < Alpha ? 1 : 0;
            corrected += PairedT.Corrected(effects, 0.25).PGreater < Alpha ? 1 : 0;
        }

        Assert.True(plain > 3 * Alpha * Studies, $"plain {plain}");
        Assert.InRange((double)corrected / Studies, 0, Bound(Studies));
    }

    // Three standard deviations above alpha.
    private static double Bound(int runs) => Alpha + 3 * Math.Sqrt(Alpha * (1 - Alpha) / runs);

    // push: what a cell adds to the right letter's score, given whether its vector is the real one. letterPush: what every steered cell
    // adds to letter A, which is then right in half of the items.
    private static double RateOfHelps(int runs, int placebos, Func<bool, Random, double> push, double letterPush = 0)
    {
        var random = new Random(runs + placebos);
        var helps = 0;
        for (var run = 0; run < runs; run++)
        {
            const int Items = Validation + Test;
            var answers = Draw(Items, _ => letterPush > 0 && random.Next(4) == 0 ? 0 : random.Next(Letters));
            var known = Draw(Items * Letters, k => random.NextDouble() + (k % Letters == answers[k / Letters] ? 0.3 : 0));
            var unsteered = Predict(answers, known, Noise(), Noise(), 0, 0);

            int[] Selected(bool real)
            {
                var shared = Noise();
                return Enumerable.Range(0, Cells)
                    .Select(_ => Predict(answers, known, shared, Noise(), push(real, random), letterPush))
                    .MaxBy(cell => Right(cell, answers, 0, Validation))!;
            }

            double[] Noise() => Draw(Items * Letters, _ => 0.5 * random.NextDouble());
            var others = Enumerable.Range(0, placebos).Select(i => new Placebo($"{i}", Effect(Selected(false)))).ToArray();
            double Effect(int[] steered) => (double)(Right(steered, answers, Validation, Items) - Right(unsteered, answers, Validation, Items)) / Test;
            var verdict = RunReport.Of(new()
            {
                Letters = Letters,
                Answers = answers[Validation..],
                Unsteered = unsteered[Validation..],
                Steered = Selected(true)[Validation..],
                Placebos = others,
                Alpha = Alpha,
            }).Verdict;
            helps += verdict.Conclusion == Conclusion.Helps ? 1 : 0;
        }

        return (double)helps / runs;
    }

    private static int[] Predict(int[] answers, double[] known, double[] shared, double[] own, double push, double letterPush)
    {
        double Score(int item, int letter) => known[item * Letters + letter] + shared[item * Letters + letter] + own[item * Letters + letter]
            + (letter == answers[item] ? push : 0) + (letter == 0 ? letterPush : 0);
        return Draw(answers.Length, item =>
        {
            var (best, a, b) = (Score(item, 0), Score(item, 1), Score(item, 2));
            return best >= a && best >= b ? 0 : a >= b ? 1 : 2;
        });
    }

    private static int Right(int[] predictions, int[] answers, int from, int to)
        => Enumerable.Range(from, to - from).Count(i => predictions[i] == answers[i]);

    private static T[] Draw<T>(int count, Func<int, T> one) => [.. Enumerable.Range(0, count).Select(one)];
}

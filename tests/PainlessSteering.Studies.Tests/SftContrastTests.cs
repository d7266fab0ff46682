using PainlessSteering.Statistics;
using PainlessSteering.Studies;
using PainlessSteering.Studies.Tables;

namespace PainlessSteering.Tests.Studies;

/// <summary>A study of steering, fine-tuning and exemplars, from its file to the contrasts of its report.</summary>
public sealed class SftContrastTests : IDisposable
{
    private readonly TinyStudy _study = new();

    public void Dispose() => _study.Dispose();

    [Fact]
    public async Task TheFiveContrastsAreThoseOfTheAnswers()
    {
        _study.With("tasks: [items.csv]\nseeds: 1-2\nmethods: [iPASa, PASf]\nstrengths: [1, 8]\nplacebos: 1\nicl: [0, 1]\nsft: {rank: 2, lr: 0.02, epochs: 2, batch: 4}\n");
        Assert.Equal(0, (await _study.RunAsync()).Code);
        var study = new ResultStore(_study.Out).Read();
        Assert.Equal(6, study.Results.Count);

        double Share(CellResult cell, string letters) => cell.TestRight.Zip(letters, (right, letter) => right == letter ? 1 : 0).Sum() / (double)letters.Length;
        CellResult Cell(int seed, bool tuned, int icl) => study.Results.Single(result => result.Cell.Seed == seed && result.Cell.Sft is not null == tuned && result.Cell.Icl == icl);
        double Plain(int seed, bool tuned, int icl = 0) => Share(Cell(seed, tuned, icl), Cell(seed, tuned, icl).TestUnsteered);
        double Steered(int seed, bool tuned, int icl = 0) => Share(Cell(seed, tuned, icl), Cell(seed, tuned, icl).Methods.Single(choice => choice.Method is "iPASa" or null).Test.Steered);
        var expected = new Dictionary<string, Func<int, double>>
        {
            ["A: SFT+PAS against SFT"] = seed => Steered(seed, true) - Plain(seed, true),
            ["B: SFT against base"] = seed => Plain(seed, true) - Plain(seed, false),
            ["C: A against B"] = seed => Steered(seed, true) - Plain(seed, true) - (Plain(seed, true) - Plain(seed, false)),
            ["D: base+PAS against SFT"] = seed => Steered(seed, false) - Plain(seed, true),
            ["E: SFT+PAS against base+PAS"] = seed => Steered(seed, true) - Steered(seed, false),
            ["ICL against base"] = seed => Plain(seed, false, 1) - Plain(seed, false),
            ["ICL+PAS against ICL"] = seed => Steered(seed, false, 1) - Plain(seed, false, 1),
        };
        var both = ContrastReport.Of(study);
        var contrasts = both.Where(contrast => contrast.Method == "iPASa").ToArray();
        Assert.Equal(14, both.Count);
        Assert.Equal(expected.Keys, contrasts.Select(contrast => contrast.Contrast));
        Assert.All(contrasts, contrast =>
        {
            Assert.Equal([expected[contrast.Contrast](1), expected[contrast.Contrast](2)], contrast.Effects, (a, b) => Math.Abs(a - b) < 1e-12);
            Assert.True(contrast.P >= contrast.Test!.PTwoSided);
        });

        // Beside both methods, a contrast in which neither takes part is one test, so that 12 are corrected for.
        var others = both.Where(contrast => contrast.Method == "PASf" && contrast.Contrast is not ("B: SFT against base" or "ICL against base"));
        var tests = contrasts.Concat(others).ToArray();
        Assert.Equal(Holm.Adjust([.. tests.Select(test => test.Test!.PTwoSided)]), tests.Select(test => test.P!.Value));
        Assert.All(both.GroupBy(contrast => contrast.Contrast).Where(same => same.Key is "B: SFT against base" or "ICL against base"), same => Assert.Single(same.Select(contrast => contrast.P).Distinct()));

        // Every way stands beside what it cost.
        var arms = ArmReport.Of(study);
        Assert.Equal(["SFT", "ICL", "PAS, iPASa", "SFT+PAS, iPASa", "ICL+PAS, iPASa", "PAS, PASf", "SFT+PAS, PASf", "ICL+PAS, PASf"], arms.Select(arm => arm.Arm));
        Assert.All(arms.Where(arm => arm.Arm != "ICL"), arm => Assert.True(arm is { Seconds: > 0, PeakMemoryBytes: > 0 }));
        Assert.True(arms[0].Parameters > 0 && arms[0].ArtifactBytes > 0 && arms[2].Parameters == 0);
        Assert.Equal(expected["B: SFT against base"](1) / 2 + (expected["B: SFT against base"](2) / 2), arms[0].Effect, 1e-12);

        // The adapter of a cell is one that any command takes, and the cell is the fit on it.
        var cell = Cell(2, true, 0);
        var fit = await _study.Folder.FitAsync("--json", "--adapter", new ResultStore(_study.Out).AdapterFolder(cell.Cell.Id), "--seed", "2", "--methods", "iPASa,PASf", "--strengths", "1,8");
        Assert.Equal(cell.TestAccuracy, fit.Json["sites"]![0]!["baseline_test_accuracy"]!.GetValue<double>());

        // Run again, nothing is trained again.
        Assert.Equal("6 of 6 cells are done\n", (await _study.RunAsync()).Error);
    }

    [Theory]
    [InlineData("sft: {rnk: 8}", "unknown key 'rnk'", "did you mean 'rank'?")]
    [InlineData("sft: {rank: 0}", "key 'rank'", "1 to 1024")]
    public async Task AFileThatIsNotUnderstood(string line, params string[] words)
    {
        var run = await _study.With($"tasks: [items.csv]\n{line}\n").RunAsync();
        Assert.Equal(1, run.Code);
        Assert.All(words, word => Assert.Contains(word, run.LastError, StringComparison.Ordinal));
    }
}

using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Scoring;
using PainlessSteering.Sweeps;
using PainlessSteering.Tests.Models;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Evaluation;

public class MemoryBudgetTests
{
    private static readonly EngineOptions Engine = new(Threads: 2);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void RowsFillTheBudgetAndDoNotPassIt(int threads)
    {
        using var model = TinyModels.Make(TinyModels.Llama);
        var options = Engine with { Threads = threads, Memory = 900_000_000 };
        var rows = options.Fill(model, 50, 1_000_000).RowsPerPass;
        var row = MemoryBudget.BytesPerRow(model, 50);
        Assert.Equal(2048, rows); // Room for more than a pass may hold.
        var held = 900_000_000 - MemoryBudget.Fixed(threads) - (1000 * threads * row);
        Assert.Equal(1000, options.Fill(model, 50, held).RowsPerPass);
        Assert.Equal(999, options.Fill(model, 50, held + 1).RowsPerPass);
    }

    [Fact]
    public void WithoutABudgetNothingChanges()
    {
        using var model = TinyModels.Make(TinyModels.Llama);
        Assert.Same(Engine, Engine.Fill(model, 50, long.MaxValue));
    }

    [Fact]
    public void ABudgetTooSmallSaysHowMuchIsNeeded()
    {
        using var model = TinyModels.Make(TinyModels.Llama);
        var error = Assert.Throws<PasException>(() => (Engine with { Memory = 1_000_000 }).Fill(model, 50, 0));
        Assert.StartsWith("Memory: too little memory", error.Message, StringComparison.Ordinal);
        Assert.Contains("found 1 MB", error.Message, StringComparison.Ordinal);
    }

    /// <summary>However little memory there is, and whatever batches and chunks of cells follow, the answers are the same.</summary>
    [Fact]
    public void TheBudgetDoesNotChangeAnAnswer()
    {
        using var model = TinyModels.Make(TinyModels.Llama);
        var prompts = Enumerable.Range(0, 9).Select(i => new ChoicePrompt(TinyModels.Tokens(i, 5 + i), [3, 4, 5])).ToList();
        using var scope = NewDisposeScope();
        var cells = Enumerable.Range(0, 40).Select(i => new Candidate(new SteeringEdit(i % 3, SteeringSite.Residual, SteeringOperation.Add, randn(model.Config.HiddenSize).data<float>().ToArray(), 1 + i))).ToList();
        var row = MemoryBudget.BytesPerRow(model, 13);
        var small = Engine with { Memory = MemoryBudget.Fixed(2) + 40_000 + (2 * 27 * row) };
        Assert.InRange(small.Fill(model, 13, 0).RowsPerPass, 26, 60);
        var (free, bounded) = (Run(Engine), Run(small));
        for (var prompt = 0; prompt < prompts.Count; prompt++)
        {
            for (var cell = 0; cell < cells.Count; cell++)
            {
                var (expected, found) = (free.Scores(prompt, cell).ToArray(), bounded.Scores(prompt, cell).ToArray());
                Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
            }
        }

        SweepResult Run(EngineOptions engine) => new GridSweep(model, new PromptRunner(model, engine), Scorer.Letter).Run(prompts, cells, null, null, default);
    }

    [Theory]
    [InlineData("8GB", 8_000_000_000)]
    [InlineData("1.5 GiB", 1_610_612_736)]
    [InlineData("500mb", 500_000_000)]
    [InlineData("64K", 64_000)]
    [InlineData("2000", 2000)]
    public void SizesAreReadAsPeopleWriteThem(string text, long bytes) => Assert.Equal(bytes, ByteSize.Parse(text, "--memory"));

    [Theory]
    [InlineData("lots")]
    [InlineData("-1GB")]
    [InlineData("0")]
    [InlineData("8XB")]
    [InlineData("GB")]
    public void OtherTextsAreNoSizes(string text) =>
        Assert.Contains($"--memory: not a size; expected a number and a unit, such as 500MB or 8GB; found '{text}'", Assert.Throws<PasException>(() => ByteSize.Parse(text, "--memory")).Message, StringComparison.Ordinal);
}

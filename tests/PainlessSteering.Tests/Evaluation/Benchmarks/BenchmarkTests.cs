using PainlessSteering.Engine.Batching;
using PainlessSteering.Evaluation.Benchmarks;
using PainlessSteering.Tests.Models;

namespace PainlessSteering.Tests.Evaluation.Benchmarks;

public class BenchmarkTests
{
    [Fact]
    public void EveryFigureIsMeasured()
    {
        using var model = TinyModels.Make(TinyModels.Llama);
        var options = new BenchOptions(PromptTokens: 9, Cells: 7, new EngineOptions(Threads: 2, RowsPerPass: 64), TimeSpan.FromSeconds(0.5));
        var report = Benchmark.Run(model, options);
        Assert.Equal(8, Benchmark.PromptCount(model, options)); // Four fit into a pass, for each worker.
        Assert.Equal(4 * model.Config.ParameterCount, report.WeightBytes);
        Assert.True(report.PeakMemoryBytes > report.WeightBytes);
        Assert.All(
            [report.MatmulGflops, report.PrefillTokensPerSecond, report.DecodeTokensPerSecond, report.DecodeTokensPerSecondSteered, report.SweepSeconds, report.SweepFractionOfPeak, report.NaiveSeconds],
            value => Assert.InRange(value, 1e-9, 1e9));
    }

    [Theory]
    [InlineData("125m", 123_000_000, 126_000_000)]
    [InlineData("1b", 1_230_000_000, 1_240_000_000)]
    public void RandomShapesHaveTheSizesOfTheirNames(string name, long least, long most) =>
        Assert.InRange(RandomShapes.Find(name).ParameterCount, least, most);
}

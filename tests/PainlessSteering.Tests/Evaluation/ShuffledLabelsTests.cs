using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Evaluation;
using PainlessSteering.Statistics;
using PainlessSteering.Tests.Demo;
using PainlessSteering.Text;

namespace PainlessSteering.Tests.Evaluation;

/// <summary>
/// The whole pipeline on labels that mean nothing: the demo's model and questions, its right answers drawn anew for every fit. The
/// model's habits are there, and steering does change many answers, but nothing can be learnt.
/// </summary>
public sealed class ShuffledLabelsTests : IDisposable
{
    private const int Fits = 40;

    private readonly CausalLM _model = CausalLM.Load(DemoFolder.PathOf("model"));
    private readonly Tokenizer _tokenizer = Tokenizer.Load(DemoFolder.PathOf("model"));
    private readonly Dataset _data = Dataset.Load(DemoFolder.PathOf("bias.jsonl"));

    public void Dispose() => _model.Dispose();

    [Fact]
    public void RarelyHelp()
    {
        var reports = Enumerable.Range(1, Fits).Select(Fit).ToArray();
        Assert.True(reports.Average(report => report.Flips.RightToWrong + report.Flips.WrongToRight) > 5);
        Assert.InRange(reports.Count(report => report.Verdict.Conclusion == Conclusion.Helps), 0, 0.05 * Fits);
    }

    private RunReport Fit(int seed)
    {
        var random = new Random(seed);
        var items = _data.Items.Select(item => item with { Answer = random.Next(item.Choices.Count) }).ToArray();
        random.Shuffle(items);
        var options = new FitOptions { Seed = seed, Layers = [1], Strengths = [2, 8], Split = SplitSizes.Counts(40, 30, 60), MaxItems = 130 };
        return PasPipeline.Fit(_model, _tokenizer, _data with { Items = items }, options, cancellation: TestContext.Current.CancellationToken).Report;
    }
}

using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Evaluation;
using PainlessSteering.Tests.Models;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Tests.Cli.Commands;

public sealed class ConditionFitTests : IDisposable
{
    private readonly TinyFolder _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void TheThresholdIsTheBestOfAll()
    {
        var random = new Random(1);
        for (var run = 0; run < 200; run++)
        {
            var values = Enumerable.Range(0, 4 + random.Next(12)).Select(i => (Value: (double)random.Next(8), Acts: i % 2 == 0)).ToList();
            var (threshold, accuracy, _) = ConditionThreshold.Best(values);
            Assert.Equal(accuracy, ConditionThreshold.BalancedAccuracy(values, threshold) is var at && at >= 0.5 ? at : 0.5, 1e-12);
            var best = values.Select(value => ConditionThreshold.BalancedAccuracy(values, value.Value)).Append(0.5).Max();
            Assert.Equal(best, accuracy, 1e-12);
        }
    }

    [Fact]
    public void PromptsThatEndDifferentlyAreToldApart()
    {
        using var model = CausalLM.Load(_tiny.Model);
        var condition = ConditionFit.Fit(model, TinyModelFolder.Tokenizer, ConditionPrompt.Load(Prompts(60)), 1, new EngineOptions(1), null, TestContext.Current.CancellationToken);
        Assert.Equal(1, condition.Accuracy);
        Assert.InRange(condition.Layer, 0, 2);
        var again = ConditionFit.Fit(model, TinyModelFolder.Tokenizer, ConditionPrompt.Load(Prompts(60)), 1, new EngineOptions(2), null, TestContext.Current.CancellationToken);
        Assert.Equal((condition.Layer, condition.Threshold), (again.Layer, again.Threshold));
    }

    [Fact]
    public void LabelsThatMeanNothingAreNotTold()
    {
        using var model = CausalLM.Load(_tiny.Model);
        var prompts = Enumerable.Range(0, 200).Select(i => new ConditionPrompt($"{TinyFolder.Word(i)} {(i * 7919 % 31 > 15 ? "ja" : "no")}", i % 2 == 0)).ToList();
        var condition = ConditionFit.Fit(model, TinyModelFolder.Tokenizer, prompts, 3, new EngineOptions(1), null, TestContext.Current.CancellationToken);
        Assert.InRange(condition.Accuracy!.Value, 0.2, 0.8);
    }

    [Fact]
    public async Task FitSavesTheConditionAndInspectShowsIt()
    {
        var fit = await _tiny.FitAsync("--condition", Prompts(40));
        Assert.Equal(0, fit.Code);
        Assert.Contains("the vector acts where the prompt projects beyond", fit.Error, StringComparison.Ordinal);
        var vector = SafetensorsFormat.Read(_tiny.Vector);
        Assert.Equal(1, vector.Condition!.Accuracy);
        var bytes = await File.ReadAllBytesAsync(_tiny.Vector, TestContext.Current.CancellationToken);
        SafetensorsFormat.Write(_tiny.Vector, vector);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_tiny.Vector, TestContext.Current.CancellationToken));
        Assert.Contains("beyond", (await Pas.RunAsync("inspect", _tiny.Vector)).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"prompt\": \"a\", \"act\": \"maybe\"}", "row 1, column 'act': the label is not known; expected true or false; found 'maybe'")]
    [InlineData("{\"prompt\": \"\", \"act\": true}", "row 1: the prompt is empty")]
    [InlineData("{\"text\": \"a\", \"act\": true}", "a column is missing; expected a column 'prompt'")]
    [InlineData("{\"prompt\": \"a\", \"act\": true}", "too few prompts; expected at least 5")]
    public async Task AFileThatIsNotUsableIsRefused(string line, string part)
    {
        await File.WriteAllTextAsync(_tiny.File("prompts.jsonl"), line + "\n", TestContext.Current.CancellationToken);
        Assert.Contains(part, await _tiny.RefusedAsync(_tiny.FitArguments("--condition", _tiny.File("prompts.jsonl"))), StringComparison.Ordinal);
    }

    private string Prompts(int count)
    {
        var path = _tiny.File("prompts.jsonl");
        File.WriteAllLines(path, Enumerable.Range(0, count).Select(i => $$"""{"prompt": "{{TinyFolder.Word(i)}} {{(i % 2 == 0 ? "then" : "what")}}{{(i % 2 == 0 ? ":" : ".")}}", "act": {{(i % 2 == 0 ? "true" : "false")}}}"""));
        return path;
    }
}

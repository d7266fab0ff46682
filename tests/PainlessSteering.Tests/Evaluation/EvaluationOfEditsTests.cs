using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Evaluation;
using PainlessSteering.Scoring;
using PainlessSteering.Sweeps;
using PainlessSteering.Tests.Demo;
using PainlessSteering.Text;
using PainlessSteering.Vectors;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Evaluation;

/// <summary>A finished vector of several edits, measured on items.</summary>
public class EvaluationOfEditsTests
{
    [Theory]
    [InlineData("letter")]
    [InlineData("text")]
    public void EveryEditActsAndThePlacebosActAtTheSamePlaces(string name)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        using var model = CausalLM.Load(DemoFolder.PathOf("model"));
        var tokenizer = Tokenizer.Load(DemoFolder.PathOf("model"));
        var all = Dataset.Load(DemoFolder.PathOf("bias.jsonl"));
        var data = all with { Items = [.. all.Items.Take(40)] };
        using var generator = new Generator(2);
        SteeringEdit Edit(int layer, string operation, double strength) => new(
            layer, SteeringSite.Residual, SteeringOperation.Parse(operation), (randn([model.Config.HiddenSize], generator: generator) * 20).data<float>().ToArray(), strength);
        var vector = new SteeringVector([Edit(3, "add", 1), Edit(1, "ablate", 0.5)], strength: 2);
        var scorer = Scorer.Parse(name);
        var options = new FitOptions { Layers = [1], Seed = 1, Placebos = 2, Scorer = scorer };
        var result = PasEvaluation.Run(model, tokenizer, data, vector, null, options, cancellation: TestContext.Current.CancellationToken);

        var encoder = new ChoiceEncoder(tokenizer, model.Config, data.Path, scorer, LetterToken.Continuing);
        var prompts = ChoiceSet.Present(data.Items, [.. Enumerable.Range(0, data.Items.Count)], options, encoder).Prompts;
        var naive = new NaiveSweep(model, EngineOptions.Default, scorer).Run(
            prompts, [new Candidate(vector.Edits[0].Times(2), vector.Edits[1].Times(2)), new Candidate(vector.Edits[0].Times(2)), new Candidate(vector.Edits[1].Times(2))], null, null, TestContext.Current.CancellationToken);
        Assert.Equal(naive.Predictions(null), result.UnsteeredPredictions);
        Assert.Equal(naive.Predictions(0), result.SteeredPredictions);
        Assert.NotEqual(naive.Predictions(null), naive.Predictions(0));
        Assert.All([1, 2], one => Assert.NotEqual(naive.Scores(0, 0).ToArray(), naive.Scores(0, one).ToArray())); // Both edits count.
        Assert.Equal(2, result.Placebos.Count);
        Assert.Equal(2, result.Strength);
        Assert.Equal(name == "letter", result.BestConstantLetter is not null);

        var off = PasEvaluation.Run(model, tokenizer, data, vector, 0, options, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(off.UnsteeredPredictions, off.SteeredPredictions);
    }
}

using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Evaluation;
using PainlessSteering.Tests.Demo;
using PainlessSteering.Text;
using PainlessSteering.Vectors;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Evaluation;

/// <summary>A vector with a condition, measured on items of which some meet it.</summary>
public class ConditionGateTests
{
    private const int Layer = 1;

    [Fact]
    public void ItemsThatDoNotMeetTheConditionAreAnsweredUnsteered()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        using var model = CausalLM.Load(DemoFolder.PathOf("model"));
        var tokenizer = Tokenizer.Load(DemoFolder.PathOf("model"));
        var all = Dataset.Load(DemoFolder.PathOf("bias.jsonl"));
        var data = all with { Items = [.. all.Items.Take(40)] };
        using var generator = new Generator(2);
        Tensor direction = randn([model.Config.HiddenSize], generator: generator), push = randn([model.Config.HiddenSize], generator: generator) * 60;

        // The same by hand, one prompt after the other: the residual stream behind the block.
        var projections = data.Items.Select((item, index) =>
        {
            var prompt = PackedBatch.Pack([tokenizer.Encode(ChoiceOrder.Present(index, item, 1, Protocol.Sound).Prompt)]);
            return (model.Forward(prompt, blocks: Layer + 1).reshape(-1) * direction).sum().item<float>() / direction.norm().item<float>();
        }).ToList();
        var threshold = projections.Order().ElementAt(20);
        EvalResult Under(double? at)
        {
            var condition = at is { } value ? new SteeringCondition(direction.data<float>().ToArray(), SteeringSite.Residual, Layer, value + 1e-4) : null;
            var vector = new SteeringVector(push.data<float>().ToArray(), SteeringSite.Residual, 2, 1, condition: condition);
            return PasEvaluation.Run(model, tokenizer, data, vector, null, new FitOptions { Layers = [2], Seed = 1, Placebos = 1 }, cancellation: TestContext.Current.CancellationToken);
        }

        EvalResult always = Under(null), sometimes = Under(threshold), never = Under(1e9);
        Assert.Null(always.ActedOn);
        Assert.Equal(19, sometimes.ActedOn);
        Assert.NotEqual(always.UnsteeredPredictions, always.SteeredPredictions);
        Assert.Equal(
            projections.Select((projection, i) => projection > threshold + 1e-4 ? always.SteeredPredictions[i] : always.UnsteeredPredictions[i]),
            sometimes.SteeredPredictions);
        Assert.Equal(0, never.ActedOn);
        Assert.Equal(never.UnsteeredPredictions, never.SteeredPredictions);
        Assert.Equal(0, never.Placebos[0].Effect);
    }
}

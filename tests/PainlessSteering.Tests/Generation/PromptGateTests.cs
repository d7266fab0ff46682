using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Tests.Models;
using PainlessSteering.Vectors;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Generation;

public sealed class PromptGateTests : IDisposable
{
    private static readonly int[][] Prompts = [.. Enumerable.Range(0, 12).Select(i => TinyModels.Tokens(i, 4 + i))];

    private CausalLM _model = TinyModels.Make(TinyModels.Llama with { EndOfSequence = [] });

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData("residual", 2, TokenRule.Last)]
    [InlineData("mlp", 0, TokenRule.All)]
    [InlineData("self_attn", 1, TokenRule.Last)]
    [InlineData("post_attn", 2, TokenRule.All)]
    [InlineData("residual", 2, TokenRule.Last, "qwen3.5, delta networks")] // Whose state cannot go back by one token.
    public async Task AVectorActsWhereTheUnsteeredPromptPassesTheThreshold(string site, int layer, TokenRule rule, string model = "llama")
    {
        _model.Dispose();
        _model = TinyModels.Make(TinyModels.Config(model) with { EndOfSequence = [] });

        // The reference: whole unsteered passes, projections by hand, and then generations without any gate.
        var looked = Directions.Make(24, site, layer, 9);
        var projections = Prompts.Select(prompt => Projection(prompt, looked)).ToArray();
        var threshold = projections.Order().Skip(5).Take(2).Average();
        var gate = new SteeringCondition(looked.OnlyEdit!.Values, looked.OnlyEdit!.Site, layer, threshold);
        var plain = Directions.Make(24, "residual", 1, 4, rule: rule);
        var gated = new AppliedVector(new SteeringVector(plain.OnlyEdit!.Values, plain.OnlyEdit!.Site, 1, 1, rule, null, gate));
        var always = new AppliedVector(Directions.Make(24, "mlp", 1, 5));
        await using var engine = new GenerationEngine(_model, TinyModelFolder.Tokenizer, new GenerationEngineOptions { PrefillTokens = 6 });
        for (var i = 0; i < Prompts.Length; i++)
        {
            var acts = projections[i] > threshold;
            Assert.Equal(await Tokens(engine, i, acts ? [new AppliedVector(plain)] : []), await Tokens(engine, i, [gated]));
            Assert.Equal(await Tokens(engine, i, acts ? [always, new AppliedVector(plain)] : [always]), await Tokens(engine, i, [always, gated]));
            Assert.Equal(await Tokens(engine, i, []), await Tokens(engine, i, [gated with { StrengthOverride = 0 }]));
        }

        Assert.Equal(6, projections.Count(projection => projection > threshold));
        Assert.NotEqual(await Tokens(engine, 0, []), await Tokens(engine, 0, [new AppliedVector(plain)]));
    }

    [Fact]
    public void AConditionIsADirectionAndAFiniteThreshold()
    {
        Assert.Throws<PasException>(() => new SteeringCondition(new float[3], SteeringSite.Mlp, 0, 0));
        Assert.Throws<PasException>(() => new SteeringCondition([1, float.NaN, 0], SteeringSite.Mlp, 0, 0));
        Assert.Throws<PasException>(() => new SteeringCondition([1, 2, 0], SteeringSite.Mlp, 0, double.NaN));
        var condition = new SteeringCondition([3, 0, 4], SteeringSite.Mlp, 0, 2);
        Assert.Equal(2.2, condition.Projection([1, 7, 2]), 1e-12);
        Assert.True(condition.Holds([1, 7, 2]));
        Assert.False(condition.Holds([2, 7, 1])); // 2 is not beyond 2.
        Assert.Throws<PasException>(() => new SteeringVector([1, 2], SteeringSite.Mlp, 0, 1, condition: condition));
        var vector = new SteeringVector([1, 2, 3], SteeringSite.Mlp, 0, 1, condition: new SteeringCondition([3, 0, 4], SteeringSite.Mlp, 5, 2));
        Assert.Throws<PasException>(() => vector.EnsureFits("", 3, 5, force: true)); // The condition's layer is not in the model.
    }

    private static async Task<IReadOnlyList<int>> Tokens(GenerationEngine engine, int prompt, IReadOnlyList<AppliedVector> vectors) =>
        (await engine.GenerateAsync(Prompts[prompt], new GenerationOptions { MaxTokens = 12, Steering = vectors }, TestContext.Current.CancellationToken)).Tokens;

    private double Projection(int[] prompt, SteeringVector looked)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var reader = new Reader(looked);
        _model.Forward(PackedBatch.Pack([prompt]), reader);
        return reader.Projection;
    }

    private sealed class Reader(SteeringVector looked) : IActivationHook
    {
        public double Projection { get; private set; }

        public Tensor Apply(int layer, HookPoint point, Tensor activations, RowLayout rows)
        {
            if (layer == looked.OnlyEdit!.Layer && point == looked.OnlyEdit!.Site.Point)
            {
                var last = activations[^1].data<float>().ToArray();
                var direction = looked.OnlyEdit!.Values.ToArray();
                Projection = last.Zip(direction, (a, b) => (double)a * b).Sum() / Math.Sqrt(direction.Sum(value => (double)value * value));
            }

            return activations;
        }
    }
}

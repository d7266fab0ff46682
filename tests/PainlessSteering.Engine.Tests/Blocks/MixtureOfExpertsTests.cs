using PainlessSteering.Engine;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Engine.Weights;

namespace PainlessSteering.Tests.Engine.Blocks;

/// <summary>What the numbers alone do not show: what the parts cost, how weights are held, and that bad settings are refused.</summary>
public class MixtureOfExpertsTests
{
    [Fact]
    public void TheCostCountsTheExpertsInUse()
    {
        var cost = TinyModels.Experts(normalises: true).Cost(24);
        long expert = 3 * 24 * 12, shared = (3 * 24 * 20) + 24, router = 5 * 24;
        Assert.Equal((5 * expert) + shared + router, cost.Parameters);
        Assert.Equal(2 * ((2 * expert) + shared + router), cost.RowOperations);
        Assert.Equal(0, cost.StateOperations);
        using var model = CausalLM.Random(TinyModels.Config("experts"), 1);
        Assert.Equal(model.Config.ParameterCount, model.Weights.Values.Sum(weight => weight.numel()));
    }

    /// <summary>Routers decide much with few weights, so that these are held as they are computed with.</summary>
    [Fact]
    public void QuantisedExpertsAreChosenByAnExactRouter()
    {
        using var model = CausalLM.Random(TinyModels.Config("experts"), 1, new LoadOptions { Weights = WeightFormat.EightBit });
        Assert.Equal([5, 24], model.Weights["model.layers.0.mlp.gate.weight"].shape);
        Assert.Throws<PasException>(() => model.Weights["model.layers.0.mlp.experts.0.up_proj.weight"]);
    }

    [Fact]
    public void MoreExpertsARowThanThereAreAreRefused()
    {
        var plan = TinyModels.Experts(normalises: true) with { Router = new SoftmaxRouterPlan { Chosen = 6 } };
        Assert.Contains("more experts", Assert.Throws<PasException>(() => plan.Check("config.json")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LayersWithoutExpertsAreThoseOfTheKeys()
    {
        using var folder = new TempFolder();
        folder.Write("config.json", """
            {"architectures": ["Qwen3MoeForCausalLM"], "decoder_sparse_step": 2, "hidden_size": 24, "intermediate_size": 40, "max_position_embeddings": 64, "mlp_only_layers": [3],
             "moe_intermediate_size": 12, "num_attention_heads": 4, "num_experts": 5, "num_experts_per_tok": 2, "num_hidden_layers": 6, "vocab_size": 50}
            """);
        var parts = ModelSource.Open(folder.Path).Config.Blocks.Select(block => ((SequentialBlock)block).FeedForward is MixtureOfExpertsPlan).ToArray();
        Assert.Equal([false, true, false, false, false, true], parts);
        Assert.False(((SoftmaxRouterPlan)((MixtureOfExpertsPlan)((SequentialBlock)ModelSource.Open(folder.Path).Config.Blocks[1]).FeedForward).Router).Normalises); // Absent is false.
    }
}

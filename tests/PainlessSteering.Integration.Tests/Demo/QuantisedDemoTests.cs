using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Engine.Weights;
using PainlessSteering.Text;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Demo;

/// <summary>What a trained model loses by holding its weights in fewer bits; docs/performance.md has the figures.</summary>
public class QuantisedDemoTests
{
    [Theory]
    [InlineData(WeightFormat.Full, 0.012)]
    [InlineData(WeightFormat.EightBit, 0.025)]
    [InlineData(WeightFormat.FourBit, 0.25)]
    public void LogitsStayNearThoseOfFloat32(WeightFormat weights, double bound)
    {
        var folder = DemoFolder.PathOf("model");
        using var exact = CausalLM.Load(folder);
        using var rounded = CausalLM.Load(folder, new LoadOptions { DataType = ScalarType.BFloat16, Weights = weights });
        var tokenizer = Tokenizer.Load(folder);
        var prompts = Dataset.Load(DemoFolder.PathOf("knowledge.jsonl")).Items.Take(40).Select(item => tokenizer.Encode($"{item.Question}\nAnswer:")).ToList();
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var batch = PackedBatch.Pack(prompts);
        var (expected, found) = (exact.Logits(exact.Forward(batch)), rounded.Logits(rounded.Forward(batch)));
        var error = ((found - expected).norm() / expected.norm()).item<float>();
        Assert.True(error < bound, $"{error} of the logits' size");
        Assert.True(weights == WeightFormat.Full || error > 1e-4, "the weights are not rounded at all");
    }
}

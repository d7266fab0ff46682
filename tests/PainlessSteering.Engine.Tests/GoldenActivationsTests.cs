using System.Text.Json;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine;

/// <summary>A real pretrained model against activations of an independent PyTorch implementation that agrees with llama.cpp.</summary>
public class GoldenActivationsTests
{
    private const double Tolerance = 1e-4;

    [Fact]
    public void LogitsAndActivationsAtEverySiteEqualTheReference()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Shared.PathOf("golden", "stories260K", "golden.json")));
        using var model = CausalLM.Load(Shared.PathOf("models", "stories260K"));
        foreach (var prompt in document.RootElement.GetProperty("prompts").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            var hook = new LastTokens();
            var ids = prompt.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray();
            var logits = model.Logits(model.Forward(PackedBatch.Pack([ids]), hook));
            AssertClose(prompt.GetProperty("logits"), logits[0, 0]);
            for (var layer = 0; layer < model.Config.Layers; layer++)
            {
                AssertClose(prompt.GetProperty("self_attn")[layer], hook[layer, HookPoint.AttentionOutput]);
                AssertClose(prompt.GetProperty("post_attention_layernorm")[layer], hook[layer, HookPoint.MlpInput]);
                AssertClose(prompt.GetProperty("mlp")[layer], hook[layer, HookPoint.MlpOutput]);
                AssertClose(prompt.GetProperty("hidden")[layer + 1], hook[layer, HookPoint.BlockOutput]);
            }

            AssertClose(prompt.GetProperty("hidden")[0], hook[-1, HookPoint.BlockOutput]);
        }
    }

    private static void AssertClose(JsonElement expected, Tensor actual)
    {
        var values = actual.data<float>().ToArray();
        Assert.Equal(expected.GetArrayLength(), values.Length);
        Assert.All(expected.EnumerateArray().Zip(values), pair => Assert.InRange(pair.Second - pair.First.GetDouble(), -Tolerance, Tolerance));
    }
}

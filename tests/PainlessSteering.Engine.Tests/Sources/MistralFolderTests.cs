using System.Text.Json.Nodes;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Tests.Engine.Sources.Quantised;

namespace PainlessSteering.Tests.Engine.Sources;

/// <summary>Folders in Mistral's own layout; their weights and logits are compared with the other quantised checkpoints.</summary>
public sealed class MistralFolderTests : IDisposable
{
    private readonly QuantisedFolder _folder = new("fp8-mistral-native");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WhatTheParametersSay()
    {
        Edit(keys => (keys["sliding_window"], keys["norm_eps"], keys["use_biases"]) = (16, 1e-4, false));
        using var source = ModelSource.Open(_folder.Path);
        Assert.Equal((64, 2, 64, 256, false), (source.Config.HiddenSize, source.Config.Layers, source.Config.VocabularySize, source.Config.ContextLength, source.Config.TiedEmbeddings));
        Assert.Equal(16, ((AttentionPlan)((SequentialBlock)source.Config.Blocks[0]).Mixer).Window);
        Assert.Equal(["says nothing", "of activations, which are not quantised"], source.Unused.Where(part => part.Name.Contains("params.json", StringComparison.Ordinal)).Select(part => part.Reason).OrderDescending());
    }

    [Theory]
    [InlineData("yarn", """{"factor": 4}""", "key 'yarn' is not understood")]
    [InlineData("use_biases", "true", "key 'use_biases' is not understood")]
    [InlineData("quantization", """{"qformat_weight": "fp8_e5m2"}""", "expected fp8_e4m3; found 'fp8_e5m2'")]
    [InlineData("quantization", """{"qformat_weight": "fp8_e4m3", "rotated": 1}""", "key 'quantization.rotated' is not understood")]
    [InlineData("n_heads", "null", "key 'n_heads' is missing")]
    [InlineData("max_position_embeddings", "null", "key 'max_seq_len' is missing")]
    public void WhatIsNotUnderstoodIsRefused(string key, string value, string told)
    {
        Edit(keys => keys[key] = JsonNode.Parse(value));
        Assert.Contains(told, Assert.Throws<PasException>(() => CausalLM.Load(_folder.Path)).Message, StringComparison.Ordinal);
    }

    /// <summary>Where the folder is one of Hugging Face's too, that counts.</summary>
    [Fact]
    public void AConfigurationCountsMore()
    {
        File.WriteAllText(_folder.FileOf("config.json"), "{}");
        using var source = ModelSource.Open(_folder.Path);
        Assert.Contains("config.json", Assert.Throws<PasException>(() => source.Config).Message, StringComparison.Ordinal);
    }

    private void Edit(Action<JsonObject> change)
    {
        var keys = JsonNode.Parse(File.ReadAllText(_folder.FileOf("params.json")))!.AsObject();
        change(keys);
        File.WriteAllText(_folder.FileOf("params.json"), keys.ToJsonString());
    }
}

using System.Text.Json.Nodes;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Families;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Tests.Demo;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine.Sources;

/// <summary>A folder in Hugging Face layout accounts for all that it holds: nothing of a supported model is refused, and nothing strange vanishes.</summary>
public sealed class FolderAccountTests : IDisposable
{
    private readonly TinyModelFolder _tiny = new();

    public void Dispose() => _tiny.Dispose();

    /// <summary>Configurations as they stand on the hub, old and new, of every family here.</summary>
    [Fact]
    public void NoPublishedConfigurationIsRefused()
    {
        string[] notYet = ["llama-rope-dynamic", "exaone"];
        string[] otherLayouts = ["gemma3-nested"];
        var supported = ModelFamily.All.SelectMany(family => family.Architectures).ToHashSet();
        var read = new HashSet<string>();
        foreach (var folder in Directory.EnumerateDirectories(Shared.PathOf("golden", "families")).Where(folder => !notYet.Contains(Path.GetFileName(folder))))
        {
            foreach (var file in Directory.EnumerateFiles(folder, "config*.json"))
            {
                if (supported.Contains((string?)JsonNode.Parse(File.ReadAllBytes(file))!["architectures"]?[0] ?? ""))
                {
                    using var temp = new TempFolder();
                    File.Copy(file, temp.File("config.json"));
                    File.CreateSymbolicLink(temp.File("model.safetensors"), Path.Combine(folder, "model.safetensors"));
                    using var source = ModelSource.Open(temp.Path);
                    _ = source.Config;
                    read.Add(Path.GetFileName(folder));
                    if (!otherLayouts.Contains(Path.GetFileName(folder)))
                    {
                        CausalLM.Load(source).Dispose();
                    }
                }
            }
        }

        Assert.True(read.Count >= 15, string.Join(", ", read));
    }

    [Fact]
    public void TheModelsOfTheRepositoryAreReadWhole()
    {
        using var demo = ModelSource.Open(DemoFolder.PathOf("model"));
        Assert.Contains(demo.Unused, part => part.Name.Contains("torch_dtype", StringComparison.Ordinal));
        using var stories = ModelSource.Open(Shared.PathOf("models", "stories260K"));
        _ = (stories.Tokenizer, stories.ChatTemplate);
        Assert.All(demo.Unused.Concat(stories.Unused), part => Assert.NotEqual("", part.Reason));
    }

    [Fact]
    public void AKeyThatNobodyKnowsDoesNotVanish()
    {
        var key = string.Concat(Enumerable.Range(0, 12).Select(_ => (char)Random.Shared.Next('a', 'z' + 1)));
        Edit(config => config[key] = Random.Shared.NextDouble() + 0.1);
        Assert.Contains($"key '{key}' is not understood", Refused(), StringComparison.Ordinal);
        Edit(config => config[key] = new JsonObject { ["scale"] = 2 });
        Assert.Contains($"key '{key}' is not understood", Refused(), StringComparison.Ordinal);
        Edit(config => config[key] = false);
        using var source = ModelSource.Open(_tiny.Path);
        Assert.Contains(source.Unused, part => part.Name.EndsWith($"key '{key}'", StringComparison.Ordinal) && part.Reason == "says nothing");
    }

    [Theory]
    [InlineData("rope_parameters", """{"rope_type": "default", "rope_theta": 777}""", "rope_theta")]
    [InlineData("rope_scaling", """{"rope_type": "linear", "type": "llama3", "factor": 2}""", "rope_scaling.type")]
    [InlineData("quantization_config", """{"quant_method": "fp8", "rotated": 1}""", "quantization_config.rotated")]
    [InlineData("quantization_config", """{"quant_method": "fp8", "hidden_size": 32}""", "quantization_config.hidden_size")]
    [InlineData("sliding_window", "16", "sliding_window")]
    public void WhatContradictsOrIsOfAnotherModelIsRefused(string key, string value, string told)
    {
        Edit(config => config[key] = JsonNode.Parse(value));
        Assert.Contains($"key '{told}' is not understood, or contradicts another", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsSaidTwiceAlikeIsRead()
    {
        Edit(config =>
        {
            config["rope_parameters"] = JsonNode.Parse("""{"rope_type": "linear", "type": "linear", "factor": 2, "rope_theta": 500}""");
            config["rope_scaling"] = JsonNode.Parse("""{"type": "linear", "factor": 2}""");
            config["rope_theta"] = 500;
        });
        using var source = ModelSource.Open(_tiny.Path);
        Assert.Equal((500.0, new LinearScaling(2)), (source.Config.Attention().Rope.Theta, source.Config.Attention().Rope.Scaling));
    }

    [Fact]
    public void AWeightThatNobodyAsksForIsRefused()
    {
        _tiny.EditWeights(weights => weights["model.layers.0.self_attn.q_proj.bias"] = ones(32));
        Assert.Contains("q_proj.bias': the model has a weight that its configuration does not ask for", Assert.Throws<PasException>(() => CausalLM.Load(_tiny.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ABiasOfZerosAddsNothing()
    {
        _tiny.EditWeights(weights => weights["model.layers.0.self_attn.q_proj.bias"] = zeros(32));
        CausalLM.Load(_tiny.Path).Dispose();
    }

    [Fact]
    public void ATokenUnderAnotherIdIsRefused()
    {
        File.WriteAllText(_tiny.File("tokenizer_config.json"), """{"added_tokens_decoder": {"49": {"content": "a", "special": true}}, "strange": 1}""");
        using var source = ModelSource.Open(_tiny.Path);
        Assert.Contains("added_tokens_decoder.49", Assert.Throws<PasException>(() => source.Tokenizer).Message, StringComparison.Ordinal);
        File.WriteAllText(_tiny.File("tokenizer_config.json"), """{"strange": 1}""");
        using var other = ModelSource.Open(_tiny.Path);
        Assert.Contains(other.Unused, part => part.Name.EndsWith("key 'strange'", StringComparison.Ordinal));
    }

    /// <summary>Tokens that stand beside the tokenizer's own file belong to it.</summary>
    [Theory]
    [InlineData("json")]
    [InlineData("spm")]
    [InlineData("spm-added-tokens-json-only")]
    public void TokensBesideTheTokenizerAreFound(string name)
    {
        using var source = ModelSource.Open(Shared.PathOf("cases", "added-tokens-beside", name));
        int[] ids = source.Tokenizer.Encode("<|im_start|>user\nHi<|im_end|>", addSpecialTokens: false);
        Assert.Equal((512, 513), (ids[0], ids[^1]));
        Assert.Equal((513, true), (source.Tokenizer.IdOf("<|im_end|>"), source.Tokenizer.IsSpecial(513)));
        Assert.Equal(1, source.Tokenizer.Encode("Hi")[0]);
    }

    [Theory]
    [InlineData("as-is", new[] { 1, 403, 407, 261, 378 })]
    [InlineData("false", new[] { 403, 407, 261, 378 })]
    [InlineData("spm-false", new[] { 403, 407, 261, 378 })]
    [InlineData("eos-true", new[] { 1, 403, 407, 261, 378, 2 })]
    public void CasesOfTokensAroundAText(string name, int[] ids)
    {
        using var source = ModelSource.Open(Shared.PathOf("cases", "add-bos", name));
        Assert.Equal(ids, source.Tokenizer.Encode("Once upon a time"));
    }

    /// <summary>Where both of two keys are there, the old one counts.</summary>
    [Theory]
    [InlineData("both", 4.0)]
    [InlineData("scaling-only", 4.0)]
    [InlineData("parameters-only", 4.0)]
    [InlineData("plain", null)]
    public void CasesOfTwoKeysForRotation(string name, double? factor)
    {
        using var source = ModelSource.Open(Shared.PathOf("cases", "rope-both-keys", name));
        Assert.Equal(new RopeSettings(10000, factor is { } given ? new LinearScaling(given) : null), source.Config.Attention().Rope);
    }

    /// <summary>A head that is stored counts, where it is not the embedding.</summary>
    [Fact]
    public void AStoredHeadCountsWhereItDiffers()
    {
        using var plain = CausalLM.Load(_tiny.Path);
        Edit(config => config["tie_word_embeddings"] = true);
        using var model = CausalLM.Load(_tiny.Path);
        Assert.False(model.Config.TiedEmbeddings);
        Assert.Equal(plain.Fingerprint, model.Fingerprint);
        _tiny.EditWeights(weights => weights["lm_head.weight"] = weights["model.embed_tokens.weight"].clone());
        using var tied = CausalLM.Load(_tiny.Path);
        Assert.True(tied.Config.TiedEmbeddings);
    }

    /// <summary>As transformers has it, tokenizer_config.json decides on the tokens around a text.</summary>
    [Theory]
    [InlineData("{}", new[] { 0, 4 })]
    [InlineData("""{"add_bos_token": true, "bos_token": "<s>"}""", new[] { 0, 4 })]
    [InlineData("""{"add_bos_token": false, "bos_token": {"content": "<s>"}}""", new[] { 4 })]
    [InlineData("""{"add_eos_token": true, "eos_token": "</s>"}""", new[] { 0, 4, 1 })]
    [InlineData("""{"add_bos_token": false, "add_eos_token": true, "bos_token": "<s>", "eos_token": "</s>"}""", new[] { 4, 1 })]
    [InlineData("""{"add_bos_token": false, "bos_token": null}""", new[] { 0, 4 })]
    public void TheTokensAroundATextAreTheOnesThatAreAskedFor(string config, int[] ids)
    {
        File.WriteAllText(_tiny.File("tokenizer_config.json"), config);
        using var source = ModelSource.Open(_tiny.Path);
        Assert.Equal(ids, source.Tokenizer.Encode("a"));
        Assert.Equal([4], source.Tokenizer.Encode("a", addSpecialTokens: false));
        Assert.DoesNotContain(source.Unused, part => part.Name.Contains("add_", StringComparison.Ordinal));
    }

    [Fact]
    public void FilesThatAreNotReadAreTold()
    {
        File.WriteAllText(_tiny.File("modeling_x.py"), "");
        File.WriteAllText(_tiny.File("strange.dat"), "");
        using var source = ModelSource.Open(_tiny.Path);
        Assert.Contains(source.Unused, part => part.Name.EndsWith("modeling_x.py", StringComparison.Ordinal) && part.Reason.Contains("never run", StringComparison.Ordinal));
        Assert.Contains(source.Unused, part => part.Name.EndsWith("strange.dat", StringComparison.Ordinal));
        File.WriteAllText(_tiny.File("adapter_config.json"), "{}");
        Assert.Contains("adapter", Assert.Throws<PasException>(() => source.Weights).Message, StringComparison.Ordinal);
    }

    private string Refused()
    {
        using var source = ModelSource.Open(_tiny.Path);
        return Assert.Throws<PasException>(() => source.Config).Message;
    }

    private void Edit(Action<JsonObject> change) => _tiny.Edit("config.json", change);
}

using PainlessSteering.Engine;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Engine.Verification;
using PainlessSteering.Tests.Models.Verification;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine.Verification;

/// <summary>A golden of loops in float64 holds, and one number that is changed, in the model or in the golden, is found and named.</summary>
public sealed class GoldenComparisonTests : IDisposable
{
    private static readonly string[] Steered = ["steered logits, residual", "steered logits, self_attn", "steered logits, post_attention_layernorm", "steered logits, mlp"];

    private static readonly string[] Kinds =
        ["logits", "residual", "self_attn", "post_attention_layernorm", "mlp", .. Steered, "greedy continuation", "dequantised weights, by hash"];

    private readonly TinyModelFolder _model = new();
    private readonly TinyGolden _golden;

    public GoldenComparisonTests() => _golden = new TinyGolden(_model.Path);

    public void Dispose()
    {
        _golden.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void WhatLoopsComputeHolds()
    {
        var report = Compare();
        Assert.Equal(Kinds, report.Differences.Select(difference => difference.Kind));
        Assert.All(report.Differences, difference => Assert.True(difference.Holds, difference.ToString()));
        Assert.All(report.Differences.Take(9), difference => Assert.InRange(difference.Largest, 1e-9, 2e-4)); // Something was computed, in another way.
        Assert.Equal([2, 6, 6, 6, 6, 2, 2, 2, 2, 2, 9], report.Differences.Select(difference => difference.Compared));
        Assert.True(report.Holds);
    }

    [Theory]
    [InlineData("model.layers.2.mlp.down_proj.weight", "logits", "residual", "mlp", "dequantised weights, by hash")]
    [InlineData("model.layers.1.self_attn.v_proj.weight", "logits", "self_attn")]
    [InlineData("model.norm.weight", "logits")]
    public void OneWeightOfTheModelIsAnother(string name, params string[] kinds)
    {
        using (var scope = NewDisposeScope())
        {
            using var file = SafeTensors.Open(_model.File("model.safetensors"));
            var tensors = file.Tensors.Keys.ToDictionary(key => key, key => file.Load(key).clone());
            tensors[name].flatten()[5] += 0.05f;
            SafeTensorsWriter.Write(_model.File("model.safetensors"), tensors, new Dictionary<string, string>());
        }

        var report = Compare();
        Assert.False(report.Holds);
        Assert.Subset(Failed(report).ToHashSet(), kinds.ToHashSet());
    }

    [Theory]
    [InlineData("logits.1")]
    [InlineData("residual.0")]
    [InlineData("self_attn.1")]
    [InlineData("post_attention_layernorm.0")]
    [InlineData("mlp.1")]
    [InlineData("steered.residual.1")]
    [InlineData("steered.mlp.0")]
    public void OneNumberOfTheGoldenIsAnother(string name)
    {
        foreach (var changed in new[] { 0.02f, float.NaN })
        {
            var flat = _golden.Tensors[name].flatten();
            var before = flat[3].item<float>();
            flat[3] += changed;
            _golden.Write();
            var report = Compare();
            var kind = name.StartsWith("steered.", StringComparison.Ordinal) ? "steered logits, " + name.Split('.')[1] : name.Split('.')[0];
            Assert.Equal([kind], Failed(report));
            Assert.StartsWith($"prompt {name[^1]}", report.Differences.Single(difference => !difference.Holds).Where, StringComparison.Ordinal);
            flat[3] = before;
        }
    }

    [Fact]
    public void AnotherVectorSteersOtherwise()
    {
        _golden.Tensors["vector.self_attn.1"][0] += 0.1f;
        _golden.Write();
        Assert.Equal(["steered logits, self_attn"], Failed(Compare()));
    }

    [Fact]
    public void TensorsOfAnotherShapeAreFarAway()
    {
        _golden.Tensors["logits.1"] = _golden.Tensors["logits.1"].narrow(1, 0, 20).contiguous();
        _golden.Write();
        var report = Compare();
        Assert.Equal(["logits"], Failed(report));
        Assert.Equal(double.PositiveInfinity, report.Differences.Single(difference => !difference.Holds).Largest);
    }

    [Fact]
    public void AnotherContinuation()
    {
        _golden.Replace("\"greedy\":[", "\"greedy\":[3,");
        var report = Compare();
        Assert.Equal(["greedy continuation"], Failed(report));
        Assert.Equal(6, report.Differences.Single(difference => !difference.Holds).Largest); // All from the first on.
    }

    [Fact]
    public void AWeightThatTheModelDoesNotHave()
    {
        _golden.Replace("model.layers.0.mlp.up_proj.weight", "model.layers.0.mlp.experts.up_proj");
        Assert.Equal(["dequantised weights, by hash"], Failed(Compare()));
    }

    [Fact]
    public void WeightsInFullAreComparedToTheLastBit()
    {
        using (var file = SafeTensors.Open(_model.File("model.safetensors")))
        {
            _golden.Tensors["model.layers.0.mlp.up_proj.weight"] = file.Load("model.layers.0.mlp.up_proj.weight").clone();
        }

        _golden.Write();
        Assert.True(Compare().Holds);
        var flat = _golden.Tensors["model.layers.0.mlp.up_proj.weight"].flatten();
        flat[7] = MathF.BitIncrement(flat[7].item<float>());
        _golden.Write();
        var report = Compare();
        Assert.Equal(["dequantised weights"], Failed(report));
        Assert.Equal(1, report.Differences.Single(difference => !difference.Holds).Largest);
    }

    [Fact]
    public void TextsAreTokenisedWhereThereIsATokenizer()
    {
        var ids = TinyModelFolder.Tokenizer.Encode("abba");
        _golden.Replace("{\"ids\":[" + TinyModels.Tokens(1, 1)[0] + "]", $"{{\"text\":\"abba\",\"ids\":[{string.Join(',', ids)}]");
        using var model = CausalLM.Load(_model.Path);
        Assert.DoesNotContain(Compare().Differences, difference => difference.Kind == "token ids");
        Assert.True(GoldenComparison.Run(model, _golden.Path, TinyModelFolder.Tokenizer).Differences.Single(difference => difference.Kind == "token ids").Holds);
        _golden.Replace("abba", "abca");
        Assert.Contains("token ids", Failed(GoldenComparison.Run(model, _golden.Path, TinyModelFolder.Tokenizer)));
    }

    [Fact]
    public void APromptBeyondTheContextIsNotComputed()
    {
        using var folder = new TinyModelFolder(TinyModels.Llama with { ContextLength = 8 });
        using var model = CausalLM.Load(folder.Path);
        var report = GoldenComparison.Run(model, _golden.Path);
        var length = report.Differences.Single(difference => difference.Kind == "context length");
        Assert.Equal((false, 9, 8), (length.Holds, length.Largest, length.Bound));
    }

    [Theory]
    [InlineData("\"prompts\"", "\"prompt\"", "not a golden")]
    [InlineData("\"ids\":[", "\"ids\":[70,", "the golden is of another model", "token ids below 50", "70")]
    [InlineData("\"ids\":[", "\"ids\":[\"a\",", "not a golden")]
    [InlineData("\"strength\":2", "\"strength\":", "not a golden")]
    public void AFileThatIsNoneIsOneLine(string old, string changed, params string[] words)
    {
        _golden.Replace(old, changed);
        var message = Assert.Throws<PasException>(Compare).Message;
        Assert.All([.. words, _golden.Path], word => Assert.Contains(word, message, StringComparison.Ordinal));
    }

    [Fact]
    public void AFolderWithoutAGoldenIsOneLine()
    {
        using var model = CausalLM.Load(_model.Path);
        Assert.Contains("samples/golden.py", Assert.Throws<PasException>(() => GoldenComparison.Run(model, _model.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AGoldenWithNothingInItIsNoProof()
    {
        using var folder = new TempFolder();
        folder.Write("golden.json", """{"prompts": [{"ids": [1, 2]}]}""");
        SafeTensorsWriter.Write(folder.File("golden.safetensors"), new Dictionary<string, Tensor> { ["other"] = ones(1) }, new Dictionary<string, string>());
        using var model = CausalLM.Load(_model.Path);
        Assert.Contains("nothing to compare", Assert.Throws<PasException>(() => GoldenComparison.Run(model, folder.Path)).Message, StringComparison.Ordinal);
    }

    private GoldenReport Compare()
    {
        using var model = CausalLM.Load(_model.Path, new LoadOptions());
        return GoldenComparison.Run(model, _golden.Path);
    }

    private static IEnumerable<string> Failed(GoldenReport report) => report.Differences.Where(difference => !difference.Holds).Select(difference => difference.Kind);
}

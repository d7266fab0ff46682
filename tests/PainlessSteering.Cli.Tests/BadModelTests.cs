using System.Buffers.Binary;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Cli;

/// <summary>Whatever is wrong with a model is one line that names the file, the fault and the way out, and leaves nothing behind.</summary>
public sealed class BadModelTests : IDisposable
{
    private readonly TinyFolder _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public Task ATruncatedFile() => Refused(
        () => File.WriteAllBytes(_tiny.Weights, File.ReadAllBytes(_tiny.Weights)[..^10]), _tiny.Weights, "expected", "found");

    [Fact]
    public Task AHeaderThatClaimsMoreThanThereIs() => Refused(
        () =>
        {
            var bytes = File.ReadAllBytes(_tiny.Weights);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, 1UL << 60);
            File.WriteAllBytes(_tiny.Weights, bytes);
        },
        _tiny.Weights, "1152921504606846976");

    [Fact]
    public Task AMissingTensor() => Refused(
        () => _tiny.EditWeights(weights => weights.Remove("model.layers.1.mlp.up_proj.weight", out _)),
        _tiny.Weights, "model.layers.1.mlp.up_proj.weight", "missing");

    [Fact]
    public Task ATensorOfAnotherShape() => Refused(
        () => _tiny.EditWeights(weights => weights["model.norm.weight"] = ones(17)), _tiny.Weights, "model.norm.weight", "expected [24]", "found [17]");

    [Fact]
    public Task NotANumberInTheWeights() => Refused(
        () => _tiny.EditWeights(weights => weights["model.layers.0.mlp.up_proj.weight"][3, 5] = float.NaN),
        _tiny.Weights, "model.layers.0.mlp.up_proj.weight", "NaN", "element 77", "get it again");

    [Fact]
    public Task AnUnknownArchitecture() => Refused(
        () => _tiny.Edit("config.json", config => config["architectures"] = new JsonArray("MambaForCausalLM")),
        _tiny.ModelFile("config.json"), "architectures", "LlamaForCausalLM", "'MambaForCausalLM'");

    [Theory]
    [InlineData("architectures")]
    [InlineData("hidden_size")]
    [InlineData("intermediate_size")]
    [InlineData("num_hidden_layers")]
    [InlineData("num_attention_heads")]
    [InlineData("vocab_size")]
    [InlineData("max_position_embeddings")]
    public Task AConfigurationWithoutAKey(string key) => Refused(
        () => _tiny.Edit("config.json", config => config.Remove(key)), _tiny.ModelFile("config.json"), $"key '{key}' is missing");

    [Theory]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("model.safetensors")]
    public Task AMissingFile(string name) => Refused(() => File.Delete(_tiny.ModelFile(name)), _tiny.Model, name);

    [Theory]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("model.safetensors")]
    public Task AnEmptyFile(string name) => Refused(() => File.WriteAllText(_tiny.ModelFile(name), ""), _tiny.ModelFile(name));

    [Fact]
    public async Task AMissingFolder() =>
        Assert.Contains($"{_tiny.File("none")}: the model folder does not exist", await _tiny.RefusedAsync(_tiny.FitArguments("--model", _tiny.File("none"))), StringComparison.Ordinal);

    [Fact]
    public Task ALetterThatIsNotOneToken() => Refused(
        () => _tiny.Edit("tokenizer.json", tokenizer => tokenizer["model"]!["vocab"]!.AsObject().Remove("B")), "the tokenizer does not go on from the prompt with the letter 'B' as one token", "found '<unk>'", "--scorer text");

    [Fact]
    public Task ATokenizerOfALargerVocabulary() => Refused(
        () => _tiny.Edit("tokenizer.json", tokenizer => tokenizer["model"]!["vocab"]!["e"] = 50), "the tokenizer does not fit the model", "vocab_size 50", "found id 50");

    [Fact]
    public Task ALetterBeyondTheVocabulary() => Refused(
        () => _tiny.Edit("tokenizer.json", tokenizer =>
        {
            // The text never has this letter as a token of its own, the answer does.
            tokenizer["model"]!["vocab"]!["A"] = 1000;
            tokenizer["normalizer"] = JsonNode.Parse("""{"type": "Replace", "pattern": {"Regex": "A(?!$)"}, "content": "a"}""");
        }),
        "the tokenizer does not fit the model", "vocab_size 50", "found id 1000");

    [Theory]
    [InlineData("num_hidden_layers", int.MaxValue, "expected a whole number from 1 to 10000; found 2147483647")]
    [InlineData("num_hidden_layers", 10_000, "is missing")]
    [InlineData("hidden_size", int.MaxValue, "another shape than config.json asks for")]
    [InlineData("intermediate_size", int.MaxValue, "another shape than config.json asks for")]
    [InlineData("vocab_size", int.MaxValue, "another shape than config.json asks for")]
    [InlineData("num_attention_heads", int.MaxValue - 1, "")]
    [InlineData("head_dim", int.MaxValue - 1, "another shape than config.json asks for")]
    public Task ASizeThatNoModelHas(string key, int size, string says) => Refused(() => _tiny.Edit("config.json", config => config[key] = size), says);

    private async Task Refused(Action spoil, params string[] words)
    {
        spoil();
        var line = await _tiny.RefusedAsync(_tiny.FitArguments());
        Assert.All(words, word => Assert.Contains(word, line, StringComparison.Ordinal));
    }
}

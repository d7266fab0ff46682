using System.Text.Json;
using PainlessSteering.Tests.Models;

namespace PainlessSteering.Tests.Cli.Commands;

public sealed class GenerateCommandTests : IDisposable
{
    private readonly TinyModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WithoutAVectorTheTextIsAllThatIsPrinted()
    {
        using var json = JsonDocument.Parse((await Run("--json", "--max-tokens", "12", "Once")).Output);
        var (code, output, error) = await Run("--max-tokens", "12", "Once");
        Assert.Equal((0, ""), (code, error));
        var text = json.RootElement.GetProperty("unsteered").GetProperty("text").GetString();
        Assert.Equal(text + "\n", output);
        Assert.True(text!.Length is > 0 and <= 12);
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("steered").ValueKind);
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("vector").ValueKind);
    }

    [Fact]
    public async Task StoriesGoOnAsTheGoldenOnes()
    {
        using var golden = JsonDocument.Parse(Shared.Open("golden", "stories260K", "golden.json"));
        var story = golden.RootElement.GetProperty("greedy")[0];
        var prompt = story.GetProperty("prompt").GetString()!;
        var (code, output, _) = await Pas.RunAsync("generate", "--model", Shared.PathOf("models", "stories260K"), "--max-tokens", "60", prompt);
        Assert.Equal(0, code);
        Assert.Equal(story.GetProperty("text").GetString() + "\n", prompt + output);
    }

    [Fact]
    public async Task WithAVectorBothTextsAreShown()
    {
        var vector = TinyVector.Write(_folder);
        using var json = JsonDocument.Parse((await Run("--json", "--vector", vector, "--max-tokens", "12", "Once")).Output);
        var root = json.RootElement;
        var (unsteered, steered) = (root.GetProperty("unsteered"), root.GetProperty("steered"));
        Assert.Equal("Once", root.GetProperty("prompt").GetString());
        Assert.Equal(steered.GetProperty("tokens").GetArrayLength() == 12 ? "length" : "stop", steered.GetProperty("finish_reason").GetString());
        Assert.NotEqual(unsteered.GetProperty("text").GetString(), steered.GetProperty("text").GetString());
        Assert.Equal("iPASwo", root.GetProperty("vector").GetProperty("method").GetString());
        Assert.Equal(2, root.GetProperty("vector").GetProperty("strength").GetDouble());
        Assert.True(root.GetProperty("seconds").GetDouble() > 0);

        var (code, output, _) = await Run("--vector", vector, "--max-tokens", "12", "Once");
        Assert.Equal(0, code);
        Assert.Contains("unsteered", output, StringComparison.Ordinal);
        Assert.Contains("steered: iPASwo at residual of layer 1, strength 2", output, StringComparison.Ordinal);
        Assert.Contains(steered.GetProperty("text").GetString()!.Split('\n')[0], output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OptionsReachTheGeneration()
    {
        var vector = TinyVector.Write(_folder);
        async Task<string> Text(params string[] args)
        {
            using var json = JsonDocument.Parse((await Run([.. args, "--json", "--vector", vector, "--max-tokens", "30", "Once upon"])).Output);
            return json.RootElement.GetProperty("steered").GetProperty("tokens").GetRawText();
        }

        var plain = await Text();
        Assert.Equal(plain, await Text("--strength", "2", "--positions", "last", "--temperature", "0", "--threads", "2"));
        Assert.NotEqual(plain, await Text("--strength", "-5"));
        Assert.NotEqual(plain, await Text("--strength", "5", "--positions", "all"));
        var drawn = await Text("--temperature", "5");
        Assert.NotEqual(plain, drawn);
        Assert.Equal(drawn, await Text("--temperature", "5", "--seed", "1"));
        Assert.NotEqual(drawn, await Text("--temperature", "5", "--seed", "2"));
        Assert.Equal(plain, await Text("--temperature", "5", "--top-k", "1"));
        Assert.Equal(plain, await Text("--temperature", "5", "--top-p", "0.0001"));
    }

    [Fact]
    public async Task StrengthZeroGivesTheUnsteeredText()
    {
        var vector = TinyVector.Write(_folder, strength: 0);
        var (code, output, error) = await Run("--json", "--vector", vector, "--max-tokens", "30", "Once");
        using var json = JsonDocument.Parse(output);
        Assert.Equal(0, code);
        Assert.Equal(json.RootElement.GetProperty("unsteered").GetRawText(), json.RootElement.GetProperty("steered").GetRawText());
        Assert.Contains("validation chose not to steer", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AVectorOfOtherWeightsIsRefusedUnlessForced()
    {
        var vector = TinyVector.Write(_folder, fingerprint: "sha256:other");
        var (code, output, error) = await Run("--vector", vector, "Once");
        Assert.Equal((1, ""), (code, output));
        Assert.Matches(@"^pas: error: vector for tiny: the steering vector was fitted on other weights; [^\n]*--force[^\n]*\n$", error);
        Assert.Equal(0, (await Run("--vector", vector, "--force", "--max-tokens", "2", "Once")).Code);
    }

    [Theory]
    [InlineData(1, "--max-tokens: too small; expected 1 or more; found 0", "--max-tokens", "0", "Once")]
    [InlineData(1, "--threads: too small", "--threads", "0", "Once")]
    [InlineData(1, "no such temperature; expected 0 or more; found -1", "--temperature", "-1", "Once")]
    [InlineData(2, "--vector beside them", "--strength", "2", "Once")]
    [InlineData(2, "--vector beside them", "--positions", "all", "Once")]
    public async Task MistakesAreOneLine(int exit, string part, params string[] args)
    {
        var (code, output, error) = await Run(args);
        Assert.Equal((exit, ""), (code, output));
        Assert.Matches(@"^pas: error: [^\n]*\n$", error);
        Assert.Contains(part, error, StringComparison.Ordinal);
    }

    private Task<PasRun> Run(params string[] args) => Pas.RunAsync(["generate", "--model", _folder.Path, .. args]);
}

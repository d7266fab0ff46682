using System.Text.Json.Nodes;

namespace PainlessSteering.Tests.Cli;

/// <summary>What of a model nobody knows and nobody used is told when the model is loaded, by every verb, in one line.</summary>
public sealed class UnusedModelTests : IDisposable
{
    private const string Line = "note: not used of the model, and not known here: generation_config.json, key 'strange'; tokenizer_config.json, keys 'odd', 'odder'";

    private readonly TinyFolder _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public async Task EveryVerbThatLoadsAModelTellsIt()
    {
        await _tiny.FitAsync();
        Spoil();
        _ = await ToldAsync(_tiny.FitArguments("--out", _tiny.File("other.safetensors"), "--json"));
        _ = await ToldAsync("eval", "--model", _tiny.Model, "--data", _tiny.Items, "--vector", _tiny.Vector, "--placebos", "1", "--json");
        _ = await ToldAsync("generate", "a", "--model", _tiny.Model, "--max-tokens", "2", "--json");
        var inspected = await Pas.RunAsync("inspect", _tiny.Vector, "--model", _tiny.Model, "--json");
        Assert.Contains(inspected.Json["model_unused"]!.AsArray(), part => ((string)part!["name"]!).EndsWith("strange.dat", StringComparison.Ordinal) && part["reason"] is not null);
        var shown = await Pas.RunAsync("inspect", _tiny.Vector, "--model", _tiny.Model);
        Assert.Contains("not used of the model", shown.Output, StringComparison.Ordinal);
        Assert.Contains("tokenizer_config.json, key 'odder'", shown.Output, StringComparison.Ordinal);
    }

    /// <summary>A study tells it too, once for each model.</summary>
    [Fact]
    public async Task AStudyTellsIt()
    {
        Spoil();
        File.WriteAllText(_tiny.File("study.yaml"), $"models: [{_tiny.Model}]\ntasks: [{{name: quiz, data: {_tiny.Items}}}]\nmethods: [PASf]\nlayers: [1]\nstrengths: [1]\nseeds: 1-2\nplacebos: 0\n");
        var run = await Pas.RunAsync("study", "run", _tiny.File("study.yaml"), "--out", _tiny.File("results"));
        Assert.Equal(0, run.Code);
        Assert.Single(run.Error.Split('\n'), line => line.Contains("not used of the model", StringComparison.Ordinal));
    }

    [Fact]
    public async Task NothingIsToldWhereNothingIsStrange()
    {
        var run = await Pas.RunAsync("generate", "a", "--model", _tiny.Model, "--max-tokens", "2", "--json");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Empty(run.Json["model_unused"]!.AsArray());
    }

    private void Spoil()
    {
        File.WriteAllText(_tiny.ModelFile("generation_config.json"), """{"strange": 1, "temperature": 0.5}""");
        File.WriteAllText(_tiny.ModelFile("tokenizer_config.json"), """{"odd": true, "odder": "x", "legacy": true}""");
        File.WriteAllText(_tiny.ModelFile("strange.dat"), "x");
    }

    private static async Task<JsonNode> ToldAsync(params string[] arguments)
    {
        var run = await Pas.RunAsync(arguments);
        Assert.Equal(0, run.Code);
        Assert.Single(run.Error.Split('\n'), Line);
        Assert.Equal(3, run.Json["model_unused"]!.AsArray().Count);
        return run.Json;
    }
}

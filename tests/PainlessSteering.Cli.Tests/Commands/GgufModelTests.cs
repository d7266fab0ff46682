namespace PainlessSteering.Tests.Cli.Commands;

/// <summary>The tool on a GGUF file in place of a model's folder.</summary>
public sealed class GgufModelTests
{
    private static string Model => Shared.PathOf("gguf", "models", "Q8_0.gguf");

    [Fact]
    public async Task AFitGivesAVerdictAndNamesTheFile()
    {
        using var folder = new TempFolder();
        var run = await Pas.RunAsync(
            "fit", "--model", Model, "--data", Shared.PathOf("data", "arc_challenge", "test.hf_columns.jsonl.gz"), "--max-items", "30", "--layers", "0,1", "--strengths", "1,4", "--placebos", "1",
            "--skip-bad-rows", "--protocol", "paper", "--json", "--out", folder.File("v.safetensors"));
        Assert.Equal(0, run.Code);
        Assert.Contains((string)run.Json["verdict"]!, new[] { "helps", "hurts", "no evidence" });
        Assert.Equal(30, run.Json["sizes"]!.AsArray().Sum(size => (int)size!));
        Assert.Equal("Q8_0.gguf", PainlessSteering.Vectors.Formats.SafetensorsFormat.Read(folder.File("v.safetensors")).Provenance!.Model);
        var text = await Pas.RunAsync("generate", "--model", Model, "--vector", folder.File("v.safetensors"), "--max-tokens", "3", "--json", "Once upon a time");
        Assert.Equal(0, text.Code);
    }

    [Fact]
    public async Task ItsTokenizerAndTemplateAreItsOwn()
    {
        var run = await Pas.RunAsync("tokenize", "--model", Model, "Once upon a time");
        Assert.Equal((0, "\"Once upon a time\": 5 tokens\nids     1 403 407 261 378\npieces  <s> ▁Once ▁upon ▁a ▁time\n"), (run.Code, run.Output));
        run = await Pas.RunOnAsync("""[{"role": "user", "content": "Hi"}]""", "template", "--model", Model);
        Assert.Equal((0, "<user> Hi\n"), (run.Code, run.Output));
    }

    [Fact]
    public async Task WhatIsNotReadIsOneLine()
    {
        var run = await Pas.RunAsync("generate", "--model", Shared.PathOf("gguf", "families", "bloom.gguf"), "a");
        Assert.Equal((1, ""), (run.Code, run.Output));
        Assert.Matches(@"\Apas: error: .*bloom\.gguf, key 'general\.architecture': the architecture 'bloom' is not supported; expected llama, mistral3, .*; found 'bloom'; use a model of one of these architectures\n\z", run.Error);
        run = await Pas.RunAsync("model", "merge", "--model", Model, "--adapter", Shared.PathOf("golden", "adapters"), "--out", "never");
        Assert.Contains("an adapter is merged into safetensors files", run.Error, StringComparison.Ordinal);
    }
}

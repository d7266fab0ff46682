namespace PainlessSteering.Tests.Cli.Commands;

/// <summary>The verb that writes a model in another format.</summary>
public sealed class ModelConvertTests
{
    private static string Gguf => Shared.PathOf("gguf", "models", "Q8_0.gguf");

    [Fact]
    public async Task AModelGoesThereAndBackAndAnswersAlike()
    {
        using var temp = new TempFolder();
        var run = await Pas.RunAsync("model", "convert", Gguf, "--to", "safetensors", "--type", "f32", "--out", temp.File("m"), "--json");
        Assert.Equal(0, run.Code);
        Assert.Equal(("safetensors", "f32", 21), ((string)run.Json["format"]!, (string)run.Json["type"]!, (int)run.Json["tensors"]!));
        Assert.Contains("convert, MB: ", run.Error, StringComparison.Ordinal);
        run = await Pas.RunAsync("model", "convert", temp.File("m"), "--to", "gguf", "--out", temp.File("back.gguf"));
        Assert.Equal((0, $"{temp.File("back.gguf")}: 21 tensors (16 Q8_0, 5 F32), 1.5 MB of weights\n"), (run.Code, run.Output));
        string[] texts = await Task.WhenAll(new[] { Gguf, temp.File("m"), temp.File("back.gguf") }.Select(async model =>
            (await Pas.RunAsync("generate", "--model", model, "--max-tokens", "12", "--temperature", "0", "Once upon a time")).Output));
        Assert.NotEmpty(texts[0]);
        Assert.Equal([texts[0], texts[0], texts[0]], texts);
        run = await Pas.RunAsync("model", "show", "--model", temp.File("back.gguf"));
        Assert.Equal(0, run.Code);
    }

    /// <summary>What is there stays, unless it is to be replaced; a folder that is not empty stays in any case.</summary>
    [Fact]
    public async Task NothingIsOverwrittenUnasked()
    {
        using var temp = new TempFolder();
        var path = temp.Write("m.gguf", "kept");
        string[] convert = ["model", "convert", Gguf, "--to", "gguf", "--type", "q4_0", "--out", path];
        var run = await Pas.RunAsync(convert);
        Assert.Equal((1, "", $"pas: error: {path}: the file is there already; give another name with --out, or --force to replace it\n"), (run.Code, run.Output, run.Error));
        Assert.Equal("kept", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal(0, (await Pas.RunAsync([.. convert, "--force"])).Code);
        run = await Pas.RunAsync("model", "convert", Gguf, "--to", "safetensors", "--out", temp.Path, "--force");
        Assert.Equal(1, run.Code);
        Assert.Contains("cannot write the folder; expected a new or empty folder", run.Error, StringComparison.Ordinal);
        Assert.Equal([path], Directory.GetFiles(temp.Path));
    }

    [Theory]
    [InlineData("a folder has no weights of this type; expected bf16, f16, f32; found q8_0", "--to", "safetensors", "--type", "q8_0")]
    [InlineData("there is no such value", "--to", "onnx")]
    [InlineData("there is no such value", "--to", "gguf", "--type", "q5_k")]
    public async Task WhatIsAskedForWronglyIsOneLine(string what, params string[] options)
    {
        var run = await Pas.RunAsync(["model", "convert", Gguf, .. options, "--out", "never"]);
        Assert.NotEqual(0, run.Code);
        Assert.Equal("", run.Output);
        Assert.StartsWith("pas: error: ", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
        Assert.True(run.Error.Contains(what, StringComparison.Ordinal) || what == "there is no such value", run.Error);
        Assert.False(Path.Exists("never"));
    }
}

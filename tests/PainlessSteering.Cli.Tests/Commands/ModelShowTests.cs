namespace PainlessSteering.Tests.Cli.Commands;

/// <summary><c>pas model show</c>.</summary>
public sealed class ModelShowTests
{
    [Fact]
    public async Task AModelIsShownWithWhatItsFileCannotSay()
    {
        var run = await Pas.RunAsync("model", "show", "--model", Shared.PathOf("gguf", "families", "gemma2.gguf"), "--json");
        Assert.Equal(0, run.Code);
        Assert.Equal("Gemma2ForCausalLM", (string)run.Json["architecture"]!);
        Assert.Equal("3: 2 with attention (4 heads of 16, 2 of keys, a window of 16) and an MLP of 40, 1 with attention (4 heads of 16, 2 of keys) and an MLP of 40", (string)run.Json["layers"]!);
        Assert.Equal("22 BF16, 13 F32", (string)run.Json["tensors"]!);
        Assert.Contains("query_pre_attn_scalar", (string)run.Json["unsaid"]![0]!, StringComparison.Ordinal);
        Assert.Contains(run.Json["unused"]!.AsArray(), part => ((string)part!["name"]!).EndsWith("key 'general.name'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatIsLeftOutIsListed()
    {
        var run = await Pas.RunAsync("model", "show", "--model", Shared.PathOf("gguf", "families", "qwen3-5.gguf"));
        Assert.Equal(0, run.Code);
        Assert.Contains("a delta network (4 heads of 16, 2 of keys)", run.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("of the layers that draft tokens, which are left out", run.Output, StringComparison.Ordinal);
        run = await Pas.RunAsync("model", "show", "--model", Shared.PathOf("models", "stories260K"));
        Assert.Equal(0, run.Code);
        Assert.Contains("LlamaForCausalLM", run.Output, StringComparison.Ordinal);
    }
}

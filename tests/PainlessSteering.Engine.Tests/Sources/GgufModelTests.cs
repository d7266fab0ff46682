using System.Text.Json;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Engine.Sources;
using TorchSharp;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine.Sources;

/// <summary>Models as GGUF files of llama.cpp's own making, against what independent programs compute of them.</summary>
public sealed class GgufModelTests
{
    /// <summary>Twins of the families whose file has the architecture <c>llama</c>: those of which the file cannot say all have logits of their own.</summary>
    [Theory]
    [InlineData("llama")]
    [InlineData("llama-bias")]
    [InlineData("llama-tied")]
    [InlineData("llama-rope-linear")]
    [InlineData("llama-rope-llama3")]
    [InlineData("llama-rope-dynamic")]
    [InlineData("mistral")]
    [InlineData("mistral-nemo")]
    [InlineData("mistral-window")]
    [InlineData("llava")]
    public void ATwinComputesWhatItsFamilyComputes(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Shared.PathOf("golden", "families", name, "golden.json")));
        using var values = SafeTensors.Open(Shared.Find("gguf", "families", name + ".safetensors") ?? Shared.PathOf("golden", "families", name, "golden.safetensors"));
        using var model = CausalLM.Load(Shared.PathOf("gguf", "families", name + ".gguf"));
        foreach (var (prompt, number) in document.RootElement.GetProperty("prompts").EnumerateArray().Select((prompt, number) => (prompt, number)))
        {
            using var scope = NewDisposeScope();
            var expected = values.Load($"logits.{number}")[-1];
            Assert.InRange((Logits(model, Ints(prompt.GetProperty("ids"))) - expected).abs().max().ToSingle(), 0, 2e-4);
        }
    }

    [Theory]
    [InlineData("F32")]
    [InlineData("F16")]
    [InlineData("BF16")]
    [InlineData("Q4_1")] // Its head is Q6_K.
    [InlineData("Q8_0")]
    public void EveryTypeOfTheModelGivesItsLogits(string type)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Shared.PathOf("gguf", "models", "golden.json")));
        var golden = document.RootElement.GetProperty(type);
        using var file = GgufFile.Open(Shared.PathOf("gguf", "models", type + ".gguf"));
        foreach (var tensor in golden.GetProperty("tensors").EnumerateObject())
        {
            using var scope = NewDisposeScope();
            var values = file.Load(file.Tensors[tensor.Name]).to(ScalarType.Float32).view(-1);
            float[] first = [.. values[..8].data<float>()], last = [.. values[^8..].data<float>()];
            Assert.Equal(Floats(tensor.Value.GetProperty("first")), first);
            Assert.Equal(Floats(tensor.Value.GetProperty("last")), last);
            var squares = tensor.Value.GetProperty("sum_of_squares").GetDouble();
            Assert.Equal(squares, values.to(ScalarType.Float64).square().sum().ToDouble(), 1e-9 * squares);
        }

        using var model = CausalLM.Load(file.Path);
        foreach (var prompt in golden.GetProperty("prompts").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            var expected = tensor(Floats(prompt.GetProperty("logits")));
            Assert.InRange((Logits(model, Ints(prompt.GetProperty("ids"))) - expected).abs().max().ToSingle(), 0, 2e-4);
        }
    }

    /// <summary>Widening is exact: the bits of the reference.</summary>
    [Fact]
    public void BlocksHaveTheirExactValues()
    {
        using var file = GgufFile.Open(Shared.PathOf("gguf", "types", "types.gguf"));
        using var expected = SafeTensors.Open(Shared.PathOf("gguf", "types", "types.safetensors"));
        foreach (var type in GgufTensorType.All)
        {
            using var scope = NewDisposeScope();
            var name = "t." + type.Name;
            var (ours, theirs) = (file.Load(file.Tensors[name]).to(ScalarType.Float32), expected.Load(name));
            Assert.Equal(theirs.bytes.ToArray(), ours.bytes.ToArray());
        }
    }

    [Theory]
    [InlineData("mixtral", "llama.expert_count")]
    [InlineData("llama-rope-yarn", "llama.rope.scaling.type")]
    [InlineData("gemma2", "general.architecture")]
    public void WhatIsNotUnderstoodIsRefusedByName(string name, string key)
    {
        using var source = Opened(Shared.PathOf("gguf", "families", name + ".gguf"));
        if (source is not null)
        {
            Assert.Contains($"key '{key}'", Assert.Throws<PasException>(() => source.Config).Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains($"key '{key}'", Assert.Throws<PasException>(() => ModelSource.Open(Shared.PathOf("gguf", "families", name + ".gguf"))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ATypeThatCannotBeReadIsRefusedByName() => Assert.Contains(
        "expected F32, F16, BF16, Q4_1, Q6_K, Q8_0",
        Assert.Throws<PasException>(() => CausalLM.Load(Shared.PathOf("gguf", "models", "Q4_K_M.gguf"))).Message,
        StringComparison.Ordinal);

    private static IModelSource? Opened(string path)
    {
        try
        {
            return ModelSource.Open(path);
        }
        catch (PasException)
        {
            return null;
        }
    }

    private static Tensor Logits(CausalLM model, int[] ids)
    {
        using var inference = inference_mode();
        return model.Logits(model.Forward(PackedBatch.Pack([ids])))[0, 0];
    }

    private static int[] Ints(JsonElement list) => [.. list.EnumerateArray().Select(id => id.GetInt32())];

    private static float[] Floats(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetSingle())];
}

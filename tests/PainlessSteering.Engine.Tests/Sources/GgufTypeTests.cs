using System.Text.Json;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Files.Gguf;
using TorchSharp;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine.Sources;

/// <summary>Every type of tensor in files of llama.cpp's own making: dequantised values to the bit, and logits.</summary>
public sealed class GgufTypeTests
{
    private const double LogitBound = 2e-4;

    public static TheoryData<string> Models => [.. Shared.Files(".gguf", "gguf", "models")];

    public static TheoryData<string> Quantised => [.. Shared.Files(".gguf", "gguf", "quantised")];

    public static TheoryData<string> Types => [.. GgufTensorType.All.Select(type => type.Name)];

    /// <summary>One small Llama in every type that a whole model is written in, each with the types that it falls back to.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void AModelHasItsTensorsAndLogits(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Shared.PathOf("gguf", "models", "golden.json")));
        var golden = document.RootElement.GetProperty(name);
        using var file = GgufFile.Open(Shared.PathOf("gguf", "models", name + ".gguf"));
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
            AssertLogits(tensor(Floats(prompt.GetProperty("logits"))), model, Ints(prompt.GetProperty("ids")));
        }
    }

    /// <summary>Other shapes: experts, and rows that are no multiple of 256, whose type is another.</summary>
    [Theory]
    [MemberData(nameof(Quantised))]
    public void AQuantisedModelHasItsLogits(string name)
    {
        var path = Shared.PathOf("gguf", "quantised", name + ".gguf");
        var (of, type) = (name[..name.LastIndexOf('-')], name[(name.LastIndexOf('-') + 1)..]);
        if (of == "gpt-oss")
        {
            Assert.Contains("the architecture 'gpt-oss' is not supported", Assert.Throws<PasException>(() => CausalLM.Load(path)).Message, StringComparison.Ordinal);
            return;
        }

        using var document = JsonDocument.Parse(File.ReadAllBytes(Shared.PathOf("gguf", "quantised", "golden.json")));
        using var values = SafeTensors.Open(Shared.PathOf("gguf", "quantised", of + ".safetensors"));
        using var model = CausalLM.Load(path);
        foreach (var (prompt, number) in document.RootElement.GetProperty(of).GetProperty("prompts").EnumerateArray().Select((prompt, number) => (prompt, number)))
        {
            using var scope = NewDisposeScope();
            AssertLogits(values.Load($"{type}.logits.{number}"), model, Ints(prompt));
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void BlocksHaveTheirExactValues(string type)
    {
        using var file = GgufFile.Open(Shared.PathOf("gguf", "types", "types.gguf"));
        using var expected = SafeTensors.Open(Shared.PathOf("gguf", "types", "types.safetensors"));
        if (!file.Tensors.TryGetValue("t." + type, out var tensor))
        {
            Assert.Contains(type, (string[])["F64", "I8", "I16", "I32", "I64"]); // Nothing to widen.
            return;
        }

        using var scope = NewDisposeScope();
        var (ours, theirs) = (file.Load(tensor).to(ScalarType.Float32), expected.Load(tensor.Name));
        Assert.Equal(theirs.bytes.ToArray(), ours.bytes.ToArray());
        Assert.Equal(theirs[1].bytes.ToArray(), file.Load(tensor, 1).to(ScalarType.Float32).bytes.ToArray());
    }

    [Fact]
    public void EveryTypeWithValuesIsRead()
    {
        using var file = GgufFile.Open(Shared.PathOf("gguf", "types", "types.gguf"));
        Assert.DoesNotContain(file.Tensors.Values, tensor => tensor.Type is null);
        Assert.True(file.Tensors.Count >= 26);
    }

    private static void AssertLogits(Tensor expected, CausalLM model, int[] ids)
    {
        using var inference = inference_mode();
        var logits = expected.dim() == 1
            ? model.Logits(model.Forward(PackedBatch.Pack([ids])))[0, 0]
            : model.Logits(model.ForwardAll(PackedBatch.Pack([ids]), leavesOnly: false));
        Assert.InRange((logits - expected).abs().max().ToSingle(), 0, LogitBound);
    }

    private static int[] Ints(JsonElement list) => [.. list.EnumerateArray().Select(id => id.GetInt32())];

    private static float[] Floats(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetSingle())];
}

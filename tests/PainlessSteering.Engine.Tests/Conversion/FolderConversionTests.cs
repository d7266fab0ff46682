using System.Text.Json;
using System.Text.Json.Nodes;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Conversion;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Tests.Engine.Conversion;

/// <summary>Models written as folders in Hugging Face layout, against the folders that they were made from.</summary>
public sealed class FolderConversionTests
{
    public static TheoryData<string> Twins => GgufConversionTests.Twins;

    /// <summary>A twin becomes the published layout again: names, shapes and, where the format lost none, every bit of the weights.</summary>
    [Theory]
    [MemberData(nameof(Twins))]
    public void ATwinBecomesItsFolderAgain(string name)
    {
        var original = Shared.PathOf("golden", "families", name);
        using var temp = new TempFolder();
        var folder = temp.File("m");
        if (!GgufConversionTests.IsWritten(original))
        {
            return; // Then its twin is not read either.
        }

        using (var source = ModelSource.Open(Shared.PathOf("gguf", "families", name + ".gguf")))
        {
            ModelConversion.ToFolder(source, folder, new ConversionOptions { Type = "bf16" });
        }

        using var written = ModelSource.Open(folder);
        using var own = ModelSource.Open(original);
        Assert.DoesNotContain(written.Unused, part => part.IsStrange);
        Assert.Equal(own.Config.HiddenSize, written.Config.HiddenSize);
        using SafeTensors made = SafeTensors.Open(Path.Combine(folder, "model.safetensors")), expected = SafeTensors.Open(Path.Combine(original, "model.safetensors"));
        var names = StoredConfig.Apply(own.Config, own.Weights).Names;
        foreach (var tensor in made.Tensors.Values)
        {
            // Of a model that is part of a larger one, the part alone is written, under the names that it has by itself.
            var before = tensor.Name.StartsWith("model.", StringComparison.Ordinal) ? names.Prefix + names.Blocks[..^"layers".Length] + tensor.Name["model.".Length..] : names.Prefix + tensor.Name;
            var there = Find(expected, tensor, before);
            if (there is null)
            {
                Assert.Contains("-fused", name, StringComparison.Ordinal); // Transformers alone holds all experts of these in one tensor.
                continue;
            }

            Assert.Equal((before, string.Join(' ', there.Shape)), (before, string.Join(' ', tensor.Shape)));
            using TorchSharp.torch.Tensor one = made.Load(tensor.Name), other = expected.Load(before);
            var lost = tensor.Name.Contains("norm", StringComparison.Ordinal) ? 6e-8 : 0; // Some norms are stored with 1 added, as float32.
            Assert.InRange(one.sub(other.to(one.dtype)).to(TorchSharp.torch.ScalarType.Float32).abs().max().item<float>(), 0, lost);
        }
    }

    /// <summary>The small real model as a GGUF file and as the folder made of it: tokens, templates, ends and logits.</summary>
    [Fact]
    public void AModelAnswersAlikeFromTheFolder()
    {
        var path = Shared.PathOf("gguf", "models", "Q8_0.gguf");
        using var temp = new TempFolder();
        using var source = ModelSource.Open(path);
        ModelConversion.ToFolder(source, temp.File("m"), new ConversionOptions { Type = "f32" });
        using var written = ModelSource.Open(temp.File("m"));
        foreach (var text in new[] { "Once upon a time, there was a little girl.", "  two spaces", "x\n\ny é 日本 😀", "" })
        {
            Assert.Equal(source.Tokenizer.Encode(text), written.Tokenizer.Encode(text));
            Assert.Equal(source.Tokenizer.Decode(source.Tokenizer.Encode(text)), written.Tokenizer.Decode(written.Tokenizer.Encode(text)));
        }

        Assert.Equal(source.Config.EndOfSequence, written.Config.EndOfSequence);
        Assert.Equal(source.Config.BeginOfSequence, written.Config.BeginOfSequence);
        PainlessSteering.Text.Templates.TemplateMessage[] chat = [new("user", "Hi")];
        Assert.Equal(source.ChatTemplate!.Render(chat), written.ChatTemplate!.Render(chat));
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(temp.File("m"), "config.json")))!;
        Assert.Equal(("llama", "float32"), ((string)config["model_type"]!, (string)config["torch_dtype"]!));
        using CausalLM one = CausalLM.Load(path), other = CausalLM.Load(temp.File("m"));
        int[] tokens = [.. source.Tokenizer.Encode("Once upon a time")];
        Assert.InRange(Logits(one, tokens).Zip(Logits(other, tokens), (left, right) => Math.Abs(left - right)).Max(), 0, 2e-4);
    }

    /// <summary>Quantised weights become plain ones: no key of how they were quantised stays, and each is what is computed with.</summary>
    [Theory]
    [InlineData("gptq-4bit-sym")]
    [InlineData("awq-4bit-g32")]
    [InlineData("fp8-block")]
    [InlineData("bnb-nf4")]
    [InlineData("fp8-mistral-native")]
    public void QuantisedWeightsBecomePlain(string name)
    {
        var folder = Shared.PathOf("golden", "weights", name);
        using var temp = new TempFolder();
        using var source = ModelSource.Open(folder);
        ModelConversion.ToFolder(source, temp.File("m"), new ConversionOptions { Type = "f32" });
        using var written = ModelSource.Open(temp.File("m"));
        Assert.DoesNotContain("quantization_config", File.ReadAllText(Path.Combine(temp.File("m"), "config.json")), StringComparison.Ordinal);
        Assert.Equal(["F32"], written.Weights.Types.Distinct());
        foreach (var weight in source.Weights.Names)
        {
            var (one, other) = (source.Weights.Stored(weight), written.Weights.Stored(weight));
            Assert.Equal(0, one.Tensor.to(TorchSharp.torch.ScalarType.Float32).sub(other.Tensor).count_nonzero().item<long>());
        }
    }

    /// <summary>The scaling that a GGUF file has as a list of factors gets its name back where it is a published one.</summary>
    [Fact]
    public void ALongTextsScalingGetsItsNameBack()
    {
        using var temp = new TempFolder();
        const string Json = """
            {"architectures": ["LlamaForCausalLM"], "hidden_size": 64, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 8, "vocab_size": 8, "rope_theta": 500000, "max_position_embeddings": 131072,
             "rope_scaling": {"rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}}
            """;
        var config = ModelConfig.Read(ConfigFile.Of(JsonSerializer.Deserialize<JsonElement>(Json), "config.json"));
        var keys = new PainlessSteering.Engine.Sources.Gguf.ModelKeys(config, "llama");
        keys.Common();
        var scaling = new JsonObject { ["rope_type"] = "longrope", ["attention_factor"] = 1.0, ["short_factor"] = new JsonArray([.. keys.Factors["rope_freqs.weight"].Select(factor => JsonValue.Create((double)factor))]) };
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Json)!["rope_scaling"], RotaryFactors.Named(scaling, config)));
    }

    private static SafeTensorInfo? Find(SafeTensors file, SafeTensorInfo tensor, string name) => file.Tensors.GetValueOrDefault(name) ?? file.Tensors.GetValueOrDefault(tensor.Name);

    private static float[] Logits(CausalLM model, int[] tokens)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var inference = TorchSharp.torch.inference_mode();
        return model.Logits(model.ForwardAll(PackedBatch.Pack([tokens]), leavesOnly: false)).view(-1).data<float>().ToArray();
    }
}

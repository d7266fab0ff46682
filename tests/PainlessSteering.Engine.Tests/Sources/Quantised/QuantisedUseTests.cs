using System.Text.Json.Nodes;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Adapters;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Engine.Weights;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine.Sources.Quantised;

/// <summary>A quantised checkpoint is a model like another: it is held in few bits, takes adapters, and has a fingerprint.</summary>
public sealed class QuantisedUseTests
{
    private const string Query = "model.layers.0.self_attn.q_proj.";

    [Fact]
    public void TheFingerprintIsOfWhatTheCodesMean()
    {
        static string Print(string folder)
        {
            using var source = ModelSource.Open(folder);
            return source.Fingerprint;
        }

        var plain = Print(Shared.PathOf("golden", "weights", "gptq-4bit-desc-act"));
        Assert.Matches("^sha256:[0-9a-f]{64}$", plain);
        using var folder = new QuantisedFolder("gptq-4bit-desc-act");
        Assert.Equal(plain, Print(folder.Path));
        folder.Quantisation(settings => settings["checkpoint_format"] = "gptq_v2");
        Assert.NotEqual(plain, Print(folder.Path)); // Zero points are others.
        using var other = new QuantisedFolder("gptq-4bit-desc-act").Tensors(tensors => tensors[Query + "qweight"].Bytes[0] ^= 1);
        Assert.NotEqual(plain, Print(other.Path));
    }

    /// <summary>Quantised again from what the codes mean: as the plain model of these weights.</summary>
    [Theory]
    [InlineData(WeightFormat.EightBit)]
    [InlineData(WeightFormat.FourBit)]
    public void ItIsHeldInFewBits(WeightFormat format)
    {
        using var scope = NewDisposeScope();
        using var plain = new PlainCopy("awq-4bit-g32");
        using var held = CausalLM.Load(Shared.PathOf("golden", "weights", "awq-4bit-g32"), new LoadOptions { Weights = format });
        using var expected = CausalLM.Load(plain.Path, new LoadOptions { Weights = format });
        var embedding = (long)held.Config.VocabularySize * held.Config.HiddenSize; // In the checkpoint it is float16, and stays so.
        Assert.Equal(expected.WeightBytes - (2 * embedding), held.WeightBytes);
        Assert.True(Logits(expected).Equals(Logits(held)));
        Assert.EndsWith(format == WeightFormat.EightBit ? "+int8" : "+int4", held.Fingerprint, StringComparison.Ordinal);
    }

    [Fact]
    public void AnAdapterIsAddedToWhatTheCodesMean()
    {
        using var scope = NewDisposeScope();
        using var adapter = new QuantisedAdapter();
        using var plain = new PlainCopy("awq-4bit-g32");
        var options = new LoadOptions { Adapter = adapter.Path };
        using var model = CausalLM.Load(Shared.PathOf("golden", "weights", "awq-4bit-g32"), options);
        using var expected = CausalLM.Load(plain.Path, options);
        using var without = CausalLM.Load(plain.Path);
        Assert.True(Logits(expected).Equals(Logits(model)));
        Assert.False(Logits(without).Equals(Logits(model)));
        var error = Assert.Throws<PasException>(() => ModelMerge.Run(Shared.PathOf("golden", "weights", "awq-4bit-g32"), adapter.Path, Path.Combine(adapter.Path, "merged")));
        Assert.Contains("the model's weights are quantised", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TensorsOfActivationsAreToldAsNotUsed()
    {
        using var source = ModelSource.Open(Shared.PathOf("golden", "weights", "modelopt-nvfp4"));
        var unused = source.Unused.Where(part => part.Name.Contains("tensors such as", StringComparison.Ordinal)).Select(part => part.Reason).ToArray();
        Assert.Equal(["of activations, which are not quantised", "of the cache of keys and values, which is not quantised"], unused.Order());
        Assert.All(source.Unused, part => Assert.False(part.IsStrange, part.Name));
    }

    /// <summary>Rows that are not whole words, blocks or slices: a weight is the same whole and in parts of every size.</summary>
    [Fact]
    public void AWeightOfOneRowOfManyAndOfSeveralSlices()
    {
        using var source = ModelSource.Open(Shared.PathOf("golden", "weights", "bnb-nf4-nested"));
        using var model = CausalLM.Load(source, new LoadOptions { DataType = ScalarType.BFloat16 });
        using var exact = CausalLM.Load(source);
        using var scope = NewDisposeScope();
        Assert.All(exact.Weights, weight => Assert.True(weight.Value.to(ScalarType.BFloat16).Equals(model.Weights[weight.Key])));
    }

    private static Tensor Logits(CausalLM model) => model.Logits(model.ForwardAll(PackedBatch.Pack([[1, 17, 9, 5, 33, 2]]), leavesOnly: false));

    /// <summary>The model of a quantised checkpoint's weights, not quantised.</summary>
    private sealed class PlainCopy : IDisposable
    {
        private readonly TempFolder _folder = new();

        public PlainCopy(string golden)
        {
            var folder = Shared.PathOf("golden", "weights", golden);
            using var model = CausalLM.Load(folder);
            PainlessSteering.Engine.Files.SafeTensorsWriter.Write(_folder.File("model.safetensors"), model.Weights, new Dictionary<string, string>());
            var config = JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(folder, "config.json")))!.AsObject();
            config.Remove("quantization_config");
            File.WriteAllText(_folder.File("config.json"), config.ToJsonString());
        }

        public string Path => _folder.Path;

        public void Dispose() => _folder.Dispose();
    }

    private sealed class QuantisedAdapter : IDisposable
    {
        private readonly TinyAdapter _adapter = new([]);

        public QuantisedAdapter()
        {
            using var generator = new Generator(3);
            foreach (var layer in Enumerable.Range(0, 2))
            {
                _adapter.Tensors[$"base_model.model.model.layers.{layer}.self_attn.q_proj.lora_A.weight"] = randn([2, 64], generator: generator);
                _adapter.Tensors[$"base_model.model.model.layers.{layer}.self_attn.q_proj.lora_B.weight"] = randn([64, 2], generator: generator);
            }

            _adapter.Config["target_modules"] = new JsonArray("q_proj");
            _adapter.Write();
        }

        public string Path => _adapter.Path;

        public void Dispose() => _adapter.Dispose();
    }
}

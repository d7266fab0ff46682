using System.Text.Json.Nodes;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine.Adapters;

/// <summary>Adapters in the forms in which PEFT writes them, against sums computed in plain float64 loops.</summary>
public sealed class LoraAdapterTests : IDisposable
{
    private readonly TinyModelFolder _model = new();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void AWeightThatIsReadToBeChangedLeavesNoneOfItsFileInMemory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux says which pages of a file are in memory, and takes them back when it is told");
        const string Module = "model.layers.0.self_attn.q_proj";
        using var folder = new TempFolder();
        using var weight = ones(2304, 2048); // A smaller file is no map.
        SafeTensorsWriter.Write(folder.File("model.safetensors"), new Dictionary<string, Tensor> { [$"{Module}.weight"] = weight }, new Dictionary<string, string>());
        using var adapter = new TinyAdapter([]);
        adapter.Tensors[$"base_model.model.{Module}.lora_A.weight"] = ones(2, 2048);
        adapter.Tensors[$"base_model.model.{Module}.lora_B.weight"] = ones(2304, 2);
        adapter.Config["target_modules"] = new JsonArray("q_proj");
        using var checkpoint = AdaptedCheckpoint.Open(ModelSource.Open(folder.Path), adapter.Write().Path);
        using var changed = checkpoint.Load($"{Module}.weight", [2304, 2048], ScalarType.Float32, CPU);
        Assert.Equal(1 + (2 * 1.5), changed[2303, 2047].item<float>(), 1e-6);

        var map = File.ReadLines("/proc/self/smaps").SkipWhile(line => !line.EndsWith(folder.File("model.safetensors"), StringComparison.Ordinal));
        var resident = map.First(line => line.StartsWith("Rss:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        Assert.InRange(int.Parse(resident, System.Globalization.CultureInfo.InvariantCulture), 0, 64); // Of 18432 kB.
    }

    [Fact]
    public void NamesOfProjections()
    {
        using var adapter = new TinyAdapter().Write();
        AssertSums(adapter, _ => 1.5);
    }

    [Fact]
    public void EveryProjectionAndTheHead()
    {
        using var adapter = new TinyAdapter([.. TinyAdapter.Modules("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"), "lm_head"]);
        adapter.Config["target_modules"] = new JsonArray("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj", "lm_head");
        AssertSums(adapter.Write(), _ => 1.5);
    }

    [Fact]
    public void AllLinearMeansAllButTheHead()
    {
        using var adapter = new TinyAdapter(TinyAdapter.Modules("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"));
        adapter.Config["target_modules"] = "all-linear";
        AssertSums(adapter.Write(), _ => 1.5);
    }

    [Fact]
    public void AnExpressionAndRankStabilisedScale()
    {
        using var adapter = new TinyAdapter(["model.layers.1.self_attn.q_proj", "model.layers.2.self_attn.q_proj"], rank: 4);
        adapter.Config["target_modules"] = @"model\.layers\.[12]\..*q_proj";
        adapter.Config["use_rslora"] = true;
        AssertSums(adapter.Write(), _ => 3 / 2.0);
    }

    [Fact]
    public void SomeLayersAndPatternsOfRankAndAlpha()
    {
        using var adapter = new TinyAdapter(TinyAdapter.Modules("q_proj", "v_proj").Where(module => !module.Contains(".1.")), rank: 2, ranks: new Dictionary<string, int> { ["layers.2.self_attn.v_proj"] = 5 });
        adapter.Config["layers_to_transform"] = new JsonArray(0, 2);
        adapter.Config["rank_pattern"] = new JsonObject { [@"layers\.2\.self_attn\.v_proj"] = 5, ["v_proj"] = 2 };
        adapter.Config["alpha_pattern"] = new JsonObject { ["^model.layers.0.self_attn.q_proj"] = 8 };
        AssertSums(adapter.Write(), module => module switch
        {
            "model.layers.2.self_attn.v_proj" => 3 / 5.0,
            "model.layers.0.self_attn.q_proj" => 8 / 2.0,
            _ => 3 / 2.0,
        });
    }

    [Fact]
    public void FactorsInBFloat16AndExcludedModules()
    {
        using var adapter = new TinyAdapter(TinyAdapter.Modules("q_proj"));
        foreach (var name in adapter.Tensors.Keys.ToArray())
        {
            adapter.Tensors[name] = adapter.Tensors[name].to(ScalarType.BFloat16);
        }

        adapter.Config["exclude_modules"] = "model.*v_proj";
        AssertSums(adapter.Write(), _ => 1.5);
    }

    [Fact]
    public void TheModelComputesWithTheSum()
    {
        using var adapter = new TinyAdapter().Write();
        using var model = CausalLM.Load(_model.Path, new LoadOptions { Adapter = adapter.Path });
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        int[] prompt = TinyModels.Tokens(3, 20);
        var logits = model.Logits(model.Forward(PackedBatch.Pack([prompt]))).data<float>().ToArray();
        var exact = new PlainLoops(model).Logits(prompt); // Its weights are the sums that the tests above hold.
        Assert.All(exact.Zip(logits), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void ASumIsRoundedOnceToTheStoredType()
    {
        using var scope = NewDisposeScope();
        using var adapter = new TinyAdapter().Write();
        using (var model = CausalLM.Load(_model.Path))
        {
            SafeTensorsWriter.Write(_model.File("model.safetensors"), model.Weights.ToDictionary(pair => pair.Key, pair => pair.Value.to(ScalarType.BFloat16)), new Dictionary<string, string>());
        }

        using var plain = CausalLM.Load(_model.Path);
        using var adapted = CausalLM.Load(_model.Path, new LoadOptions { Adapter = adapter.Path });
        const string module = "model.layers.0.self_attn.q_proj";
        var sum = plain.Weights[module + ".weight"] + 1.5 * matmul(adapter.Tensors[$"base_model.model.{module}.lora_B.weight"], adapter.Tensors[$"base_model.model.{module}.lora_A.weight"]);
        Assert.Equal(sum.to(ScalarType.BFloat16).to(ScalarType.Float32).data<float>().ToArray(), adapted.Weights[module + ".weight"].data<float>().ToArray());
    }

    [Theory]
    [InlineData("gguf", "families", "llama.gguf")]
    [InlineData("gguf", "families", "llama-tied.gguf")]
    [InlineData("golden", "weights", "ct-fp8-block")]
    [InlineData("golden", "weights", "gptq-4bit-desc-act")]
    [InlineData("golden", "weights", "bnb-nf4-nested")]
    public void AModelOfAGgufFileOrOfQuantisedWeightsIsAdaptedByTheNamesOfItsFamily(params string[] model)
    {
        // Rows of queries stand in another order in a GGUF file, so that a sum in the file's order would be another one.
        using var scope = NewDisposeScope();
        var path = Shared.PathOf(model);
        using var plain = CausalLM.Load(path);
        using var adapter = new TinyAdapter([]);
        using var generator = new Generator(3);
        foreach (var (name, weight) in plain.Weights.Where(weight => weight.Key.EndsWith("q_proj.weight", StringComparison.Ordinal)))
        {
            adapter.Tensors[$"base_model.model.{name[..^7]}.lora_A.weight"] = randn([2, weight.shape[1]], generator: generator);
            adapter.Tensors[$"base_model.model.{name[..^7]}.lora_B.weight"] = randn([weight.shape[0], 2], generator: generator);
        }

        adapter.Config["target_modules"] = new JsonArray("q_proj");
        using var adapted = CausalLM.Load(path, new LoadOptions { Adapter = adapter.Write().Path });
        foreach (var (name, weight) in plain.Weights)
        {
            var sum = adapter.Tensors.TryGetValue($"base_model.model.{name[..^7]}.lora_A.weight", out var a) ? weight + 1.5 * matmul(adapter.Tensors[$"base_model.model.{name[..^7]}.lora_B.weight"], a) : weight;
            Assert.All(Values(sum).Zip(Values(adapted.Weights[name])), pair => Assert.Equal(pair.First, pair.Second, 1e-5 + (Math.Abs(pair.First) / 256))); // Of bfloat16, where the file has it.
        }

        Assert.NotEqual(plain.Fingerprint, adapted.Fingerprint);
    }

    [Fact]
    public void TheFingerprintTellsModelsApart()
    {
        using TinyAdapter one = new TinyAdapter().Write(), same = new TinyAdapter().Write(), other = new TinyAdapter(seed: 6).Write(), scaled = new();
        scaled.Config["lora_alpha"] = 4;
        scaled.Write();
        string Of(string? adapter)
        {
            using var model = CausalLM.Load(_model.Path, new LoadOptions { Adapter = adapter });
            return model.Fingerprint;
        }

        Assert.Equal(Of(one.Path), Of(same.Path));
        Assert.Equal(4, new[] { Of(null), Of(one.Path), Of(other.Path), Of(scaled.Path) }.Distinct().Count());
        Assert.Matches("^sha256:[0-9a-f]{64}$", Of(one.Path));
    }

    /// <summary>Loads the model with the adapter and compares every weight with the sum in loops.</summary>
    private void AssertSums(TinyAdapter adapter, Func<string, double> scale)
    {
        using var plain = CausalLM.Load(_model.Path);
        using var adapted = CausalLM.Load(_model.Path, new LoadOptions { Adapter = adapter.Path });
        var changed = 0;
        foreach (var (name, weight) in plain.Weights)
        {
            var module = name[..name.LastIndexOf('.')];
            var sum = weight.data<float>().ToArray().Select(value => (double)value).ToArray();
            if (adapter.Tensors.TryGetValue($"base_model.model.{module}.lora_A.weight", out var factor))
            {
                changed += 2;
                var (a, b) = (Values(factor), Values(adapter.Tensors[$"base_model.model.{module}.lora_B.weight"]));
                int rank = (int)factor.shape[0], inputs = (int)factor.shape[1];
                for (var i = 0; i < sum.Length; i++)
                {
                    sum[i] += scale(module) * Enumerable.Range(0, rank).Sum(k => b[(i / inputs * rank) + k] * a[(k * inputs) + (i % inputs)]);
                }
            }

            Assert.All(sum.Zip(Values(adapted.Weights[name])), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        }

        Assert.Equal(adapter.Tensors.Count, changed);
    }

    private static double[] Values(Tensor tensor)
    {
        using var wide = tensor.to(ScalarType.Float64);
        return wide.data<double>().ToArray();
    }
}

using System.Text.Json;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Adapters;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Engine.Verification;
using PainlessSteering.Engine.Weights;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine.Adapters;

/// <summary>Every folder of golden adapters is what PEFT computes, merged and not, or is refused with the reason that stands here.</summary>
public sealed class GoldenAdapterTests
{
    /// <summary>What is not computed, and what the refusal says.</summary>
    private static readonly Dictionary<string, string> Refusals = new(StringComparer.Ordinal)
    {
        ["adalora"] = "'ADALORA'",
        ["alora"] = "key 'alora_invocation_tokens'",
        ["boft"] = "'BOFT'",
        ["fourierft"] = "'FOURIERFT'",
        ["hra"] = "'HRA'",
        ["layer-replication"] = "key 'layer_replication'",
        ["ln-tuning"] = "'LN_TUNING'",
        ["lora-bin"] = "adapter_model.bin, a Python pickle",
        ["oft"] = "'OFT'",
        ["p-tuning"] = "'P_TUNING'",
        ["prefix-tuning"] = "'PREFIX_TUNING'",
        ["prompt-tuning"] = "'PROMPT_TUNING'",
        ["vblora"] = "'VBLORA'",
        ["vera"] = "'VERA'",
    };

    /// <summary>Adapters of a model whose family the engine does not have: their tensors are right, logits wait for it.</summary>
    private static readonly string[] WithoutFamily = ["base-gpt2", "gpt2-bias-all", "gpt2-dora", "gpt2-fan-in-fan-out"];

    /// <summary>What PEFT adds to a file beside the adapter, which may be missing.</summary>
    private const string NotNeeded = ".base_layer.weight";

    public static TheoryData<string> Folders => [.. Shared.Folders("golden", "adapters")];

    public static TheoryData<string> Computed => [.. Shared.Folders("golden", "adapters").Where(name => !Refusals.ContainsKey(name) && !name.StartsWith("base", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Folders))]
    public void AnAdapter(string name)
    {
        var (model, adapter) = Paths(name);
        if (WithoutFamily.Contains(name))
        {
            Assert.Contains("GPT2LMHeadModel", Assert.Throws<PasException>(() => CausalLM.Load(model)).Message, StringComparison.Ordinal);
        }
        else if (Refusals.TryGetValue(name, out var refusal))
        {
            Assert.Contains(refusal, Assert.Throws<PasException>(() => CausalLM.Load(model, new LoadOptions { Adapter = adapter })).Message, StringComparison.Ordinal);
        }
        else
        {
            using var loaded = CausalLM.Load(model, new LoadOptions { Adapter = adapter });
            AssertHolds(loaded, Shared.PathOf("golden", "adapters", name));
        }
    }

    [Theory]
    [MemberData(nameof(Computed))]
    public void MergedItIsTheSameModelToTheLastBit(string name)
    {
        var (model, adapter) = Paths(name);
        using var folder = new TempFolder();
        if (WithoutFamily.Contains(name))
        {
            AssertTensors(model, name);
            return;
        }

        if (name == "lora-b-bias")
        {
            Assert.Contains("a bias that the model's configuration has no place for", Assert.Throws<PasException>(() => ModelMerge.Run(model, adapter!, folder.File("merged"))).Message, StringComparison.Ordinal);
            return;
        }

        Assert.True(ModelMerge.Run(model, adapter!, folder.File("merged")) > 0);
        using var adapted = CausalLM.Load(model, new LoadOptions { Adapter = adapter });
        using var merged = CausalLM.Load(folder.File("merged"));
        Assert.Equal(adapted.Weights.Keys.Order(), merged.Weights.Keys.Order());
        Assert.All(adapted.Weights, weight => Assert.True(weight.Value.Equals(merged.Weights[weight.Key]), weight.Key));
        AssertHolds(merged, Shared.PathOf("golden", "adapters", name));
    }

    [Theory]
    [MemberData(nameof(Computed))]
    public void AFileThatLacksATensorIsRefused(string name)
    {
        var (model, adapter) = Paths(name);
        using var folder = new TempFolder();
        File.Copy(Path.Combine(adapter!, "adapter_config.json"), folder.File("adapter_config.json"));
        using var file = SafeTensors.Open(Path.Combine(adapter!, "adapter_model.safetensors"));
        using var source = ModelSource.Open(model);
        var tensors = file.Tensors.Keys.ToDictionary(tensor => tensor, file.Load);
        foreach (var (tensor, values) in tensors.ToArray().Where(entry => !entry.Key.EndsWith(NotNeeded, StringComparison.Ordinal)))
        {
            tensors.Remove(tensor);
            SafeTensorsWriter.Write(folder.File("adapter_model.safetensors"), tensors, new Dictionary<string, string>());
            var error = Assert.Throws<PasException>(() => AdaptedCheckpoint.Open(source, folder.Path));
            Assert.Matches("a tensor of the adapter is missing|the adapter has no tensors", error.Message);
            tensors.Add(tensor, values);
        }
    }

    [Theory]
    [InlineData("lora-all-linear", WeightFormat.EightBit)]
    [InlineData("dora", WeightFormat.FourBit)]
    [InlineData("tied-lm-head", WeightFormat.EightBit)]
    public void WeightsInFewerBitsAreThoseOfTheMergedModel(string name, WeightFormat format)
    {
        var (model, adapter) = Paths(name);
        using var folder = new TempFolder();
        ModelMerge.Run(model, adapter!, folder.File("merged"));
        using var adapted = CausalLM.Load(model, new LoadOptions { Adapter = adapter, Weights = format });
        using var merged = CausalLM.Load(folder.File("merged"), new LoadOptions { Weights = format });
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        Tensor Logits(CausalLM one) => one.Logits(one.Forward(PainlessSteering.Engine.Batching.PackedBatch.Pack([[1, 40, 41, 9, 77]])));
        Assert.True(Logits(adapted).Equals(Logits(merged)));
    }

    private static (string Model, string? Adapter) Paths(string name)
    {
        var folder = Shared.PathOf("golden", "adapters", name);
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "golden.json")));
        return golden.RootElement.TryGetProperty("base", out var of) ? (Shared.PathOf("golden", "adapters", of.GetString()!), folder) : (folder, null);
    }

    private static void AssertHolds(CausalLM model, string golden)
    {
        var report = GoldenComparison.Run(model, golden);
        Assert.DoesNotContain(report.Differences, difference => !difference.Holds);
        Assert.Contains(report.Differences, difference => difference.Kind == "logits");
    }

    /// <summary>The tensors of the merged model alone, which needs no family.</summary>
    private static void AssertTensors(string model, string name)
    {
        using var source = ModelSource.Open(model);
        using var adapted = AdaptedCheckpoint.Open(source, Shared.PathOf("golden", "adapters", name));
        using var golden = GoldenFile.Open(Shared.PathOf("golden", "adapters", name));
        Assert.Equal(golden.MergedWeights.Count, adapted.ChangedWeights);
        Assert.All(golden.MergedWeights, weight =>
        {
            using var changed = adapted.Changed(weight.Key)!;
            Assert.InRange(weight.Value.Difference(changed), 0, 1e-5);
        });
    }
}

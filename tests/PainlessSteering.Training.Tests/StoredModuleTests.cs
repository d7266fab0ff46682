using System.Text.Json.Nodes;
using PainlessSteering.Engine.Files;
using PainlessSteering.Tests.Cli;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Training;

/// <summary>An adapter goes by the checkpoint's modules, also where the engine parts them or they are those of a larger model.</summary>
public sealed class StoredModuleTests : IDisposable
{
    private readonly TinyFolder _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData("q_proj,k_proj,v_proj,o_proj,gate_proj,up_proj,down_proj", "qkv_proj,o_proj,gate_up_proj,down_proj", 6, 4)]
    [InlineData("v_proj,up_proj", "qkv_proj,gate_up_proj", 2, 2)]
    public async Task FusedProjectionsHaveOneAdapter(string targets, string modules, int rankOfAttention, int rankOfMlp)
    {
        MakeFused();
        var run = await TinyTraining.RunAsync(_tiny, "lora", "--json", "--target", targets);
        Assert.Equal((0, 3 * targets.Split(',').Length), (run.Code, run.Json["modules"]!.GetValue<int>()));
        Assert.True(run.Json["best_epoch"]!.GetValue<int>() > 0);
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(_tiny.File("lora"), "adapter_config.json")))!;
        Assert.Equal(modules.Split(','), config["target_modules"]!.AsArray().Select(name => name!.GetValue<string>()));
        using var file = SafeTensors.Open(Path.Combine(_tiny.File("lora"), "adapter_model.safetensors"));
        Assert.Equal(3 * 2 * modules.Split(',').Length, file.Tensors.Count);
        const string First = "base_model.model.model.layers.0.";
        Assert.Equal([rankOfAttention, 24], file.Tensors[First + "self_attn.qkv_proj.lora_A.weight"].Shape);
        Assert.Equal([64, rankOfAttention], file.Tensors[First + "self_attn.qkv_proj.lora_B.weight"].Shape);
        Assert.Equal([rankOfMlp, 24], file.Tensors[First + "mlp.gate_up_proj.lora_A.weight"].Shape);

        // The validation of the last epoch was of the factors apart, the fit is of the one on the fused weight.
        var fit = await _tiny.FitAsync("--json", "--adapter", _tiny.File("lora"));
        Assert.Equal(run.Json["adapted_fingerprint"]!.GetValue<string>(), fit.Json["model_fingerprint"]!.GetValue<string>());
        var kept = run.Json["epochs"]![run.Json["best_epoch"]!.GetValue<int>()]!["val_accuracy"]!.GetValue<double>();
        Assert.Equal(kept, fit.Json["sites"]![0]!["baseline_val_accuracy"]!.GetValue<double>());
    }

    [Fact]
    public async Task OneMapOfOneBlockAlone()
    {
        MakeFused();
        Assert.Equal(0, (await TinyTraining.RunAsync(_tiny, "lora", "--target", "layers.1.self_attn.k_proj,layers.1.self_attn.q_proj,v_proj")).Code);
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(_tiny.File("lora"), "adapter_config.json")))!;
        Assert.Equal(6, config["rank_pattern"]!["layers\\.1\\.self_attn\\.qkv_proj"]!.GetValue<double>());
    }

    [Fact]
    public async Task TheTextPartOfAModelThatAlsoSees()
    {
        // The part that sees has projections of the same names, which nobody adapts.
        _tiny.EditWeights(weights =>
        {
            foreach (var (name, weight) in weights.ToArray())
            {
                weights.Remove(name);
                weights.Add("language_model." + name, weight);
            }

            foreach (var part in new[] { "q_norm", "k_norm" })
            {
                Enumerable.Range(0, 3).ToList().ForEach(layer => weights.Add($"language_model.model.layers.{layer}.self_attn.{part}.weight", zeros(8)));
            }

            foreach (var part in new[] { "pre_feedforward_layernorm", "post_feedforward_layernorm" })
            {
                Enumerable.Range(0, 3).ToList().ForEach(layer => weights.Add($"language_model.model.layers.{layer}.{part}.weight", zeros(24)));
            }

            weights.Add("vision_tower.vision_model.encoder.layers.0.self_attn.q_proj.weight", zeros(6, 6));
        });
        _tiny.Edit("config.json", config =>
        {
            var text = config.DeepClone().AsObject();
            text["sliding_window"] = 64;
            config.Clear();
            config["architectures"] = new JsonArray("Gemma3ForConditionalGeneration");
            config["text_config"] = text;
        });
        var run = await TinyTraining.RunAsync(_tiny, "lora", "--json", "--layers", "0,2");
        Assert.Equal(0, run.Code);
        const string Now = "base_model.model.model.language_model.layers.2.mlp.up_proj.lora_A.weight", Before = "base_model.model.language_model.model.layers.2.mlp.up_proj.lora_A.weight";
        var path = Path.Combine(_tiny.File("lora"), "adapter_model.safetensors");
        var tensors = new Dictionary<string, Tensor>();
        using (var file = SafeTensors.Open(path))
        {
            Assert.Contains(Now, file.Tensors.Keys);
            Assert.DoesNotContain(file.Tensors.Keys, name => name.Contains("layers.1.", StringComparison.Ordinal) || name.Contains("vision", StringComparison.Ordinal));
            foreach (var name in file.Tensors.Keys)
            {
                tensors.Add(name.Replace("model.model.language_model.layers", "model.language_model.model.layers", StringComparison.Ordinal), file.Load(name).clone());
            }
        }

        // As programs before transformers 4.52 named them, it is the same adapter.
        Assert.Contains(Before, tensors.Keys);
        var after = run.Json["test"]!["after"]!.GetValue<double>();
        Assert.Equal(after, (await _tiny.FitAsync("--json", "--adapter", _tiny.File("lora"))).Json["sites"]![0]!["baseline_test_accuracy"]!.GetValue<double>());
        SafeTensorsWriter.Write(path, tensors, new Dictionary<string, string>());
        Assert.Equal(after, (await _tiny.FitAsync("--json", "--adapter", _tiny.File("lora"))).Json["sites"]![0]!["baseline_test_accuracy"]!.GetValue<double>());
    }

    /// <summary>The model as Phi-3 would be: query, key and value in one weight, gate and up in another.</summary>
    private void MakeFused()
    {
        _tiny.EditWeights(weights =>
        {
            foreach (var (fused, parts) in new[] { ("self_attn.qkv_proj", new[] { "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj" }), ("mlp.gate_up_proj", ["mlp.gate_proj", "mlp.up_proj"]) })
            {
                for (var layer = 0; layer < 3; layer++)
                {
                    string Name(string part) => $"model.layers.{layer}.{part}.weight";
                    weights.Add(Name(fused), cat([.. parts.Select(part => weights[Name(part)])], 0));
                    foreach (var part in parts)
                    {
                        weights.Remove(Name(part));
                    }
                }
            }
        });
        _tiny.Edit("config.json", config => config["architectures"] = new JsonArray("Phi3ForCausalLM"));
    }
}

using System.Text.Json.Nodes;
using PainlessSteering.Engine.Files;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Models.Adapters;

/// <summary>An adapter's folder as PEFT writes one, of seeded random factors; tests spoil what they like before <see cref="Write"/>.</summary>
internal sealed class TinyAdapter : IDisposable
{
    private readonly TempFolder _folder = new();

    /// <param name="modules">Adapted modules, by their names in the model.</param>
    /// <param name="rank">Of all factors but those in <paramref name="ranks"/>.</param>
    /// <param name="ranks">By ends of names.</param>
    /// <param name="seed">Of the factors.</param>
    public TinyAdapter(IEnumerable<string>? modules = null, int rank = 2, IReadOnlyDictionary<string, int>? ranks = null, int seed = 5)
    {
        using var generator = new Generator((ulong)seed);
        foreach (var module in modules ?? Modules("q_proj", "v_proj"))
        {
            var own = ranks?.FirstOrDefault(pair => module.EndsWith(pair.Key, StringComparison.Ordinal)).Value is > 0 and var given ? given : rank;
            var (outputs, inputs) = Shape(module);
            Tensors[$"base_model.model.{module}.lora_A.weight"] = randn([own, inputs], generator: generator) * 0.2;
            Tensors[$"base_model.model.{module}.lora_B.weight"] = randn([outputs, own], generator: generator) * 0.2;
        }

        Config["r"] = rank;
    }

    public string Path => _folder.Path;

    public string Weights => _folder.File("adapter_model.safetensors");

    public Dictionary<string, Tensor> Tensors { get; } = [];

    /// <summary>What PEFT 0.14 wrote for <c>LoraConfig(r=2, lora_alpha=3, target_modules=["q_proj", "v_proj"])</c>.</summary>
    public JsonObject Config { get; } = JsonNode.Parse("""
        {
          "alpha_pattern": {}, "auto_mapping": null, "base_model_name_or_path": "tiny", "bias": "none", "eva_config": null, "exclude_modules": null,
          "fan_in_fan_out": false, "inference_mode": true, "init_lora_weights": true, "layer_replication": null, "layers_pattern": null,
          "layers_to_transform": null, "loftq_config": {}, "lora_alpha": 3, "lora_bias": false, "lora_dropout": 0.0, "megatron_config": null,
          "megatron_core": "megatron.core", "modules_to_save": null, "peft_type": "LORA", "r": 2, "rank_pattern": {}, "revision": null,
          "target_modules": ["q_proj", "v_proj"], "task_type": "CAUSAL_LM", "use_dora": false, "use_rslora": false
        }
        """)!.AsObject();

    /// <summary>The projections of <see cref="TinyModels.Llama"/> with these names, in all its blocks.</summary>
    public static IEnumerable<string> Modules(params string[] projections) =>
        from layer in Enumerable.Range(0, 3)
        from name in projections
        select $"model.layers.{layer}.{(name is "gate_proj" or "up_proj" or "down_proj" ? "mlp" : "self_attn")}.{name}";

    public TinyAdapter Write()
    {
        SafeTensorsWriter.Write(Weights, Tensors, new Dictionary<string, string> { ["format"] = "pt" });
        _folder.Write("adapter_config.json", Config.ToJsonString());
        return this;
    }

    public void Dispose()
    {
        foreach (var tensor in Tensors.Values)
        {
            tensor.Dispose();
        }

        _folder.Dispose();
    }

    private static (long Outputs, long Inputs) Shape(string module)
    {
        var config = TinyModels.Llama;
        var attention = config.Attention();
        int hidden = config.HiddenSize, inner = config.Mlp().InnerSize;
        return module.Split('.')[^1] switch
        {
            "q_proj" => (attention.Heads * attention.HeadSize, hidden),
            "k_proj" or "v_proj" => (attention.KeyValueHeads * attention.HeadSize, hidden),
            "o_proj" => (hidden, attention.Heads * attention.HeadSize),
            "down_proj" => (hidden, inner),
            "lm_head" => (config.VocabularySize, hidden),
            _ => (inner, hidden),
        };
    }
}

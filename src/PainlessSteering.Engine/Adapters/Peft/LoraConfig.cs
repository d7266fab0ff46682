using System.Text.Json;
using System.Text.Json.Nodes;

namespace PainlessSteering.Engine.Adapters.Peft;

/// <summary><c>adapter_config.json</c> of a plain LoRA adapter, in the layout of Hugging Face's PEFT, as it is written here.</summary>
internal sealed record LoraConfig
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "adapter_config.json";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>Which modules are adapted.</summary>
    public required ModuleTargets Targets { get; init; }

    /// <summary>Their ranks and scales.</summary>
    public required LowRankScale Scale { get; init; }

    /// <summary>Share of inputs that training dropped; for the record.</summary>
    public double Dropout { get; init; }

    /// <summary>Name or folder of the model; for the record.</summary>
    public string? BaseModel { get; init; }

    /// <summary>The file's text with every key that PEFT expects.</summary>
    public string ToJson() => new JsonObject
    {
        ["alpha_pattern"] = Object(Scale.AlphaPattern),
        ["auto_mapping"] = null,
        ["base_model_name_or_path"] = BaseModel,
        ["bias"] = "none",
        ["fan_in_fan_out"] = false,
        ["inference_mode"] = true,
        ["init_lora_weights"] = true,
        ["layers_pattern"] = null,
        ["layers_to_transform"] = Targets.Layers is null ? null : new JsonArray([.. Targets.Layers.Select(layer => JsonValue.Create(layer))]),
        ["lora_alpha"] = Scale.Alpha,
        ["lora_dropout"] = Dropout,
        ["modules_to_save"] = null,
        ["peft_type"] = "LORA",
        ["r"] = Scale.Rank,
        ["rank_pattern"] = Object(Scale.RankPattern),
        ["revision"] = null,
        ["target_modules"] = Targets.Names is null ? Targets.Pattern : new JsonArray([.. Targets.Names.Select(name => JsonValue.Create(name))]),
        ["task_type"] = "CAUSAL_LM",
        ["use_dora"] = false,
        ["use_rslora"] = Scale.RankStabilized,
    }.ToJsonString(Indented) + "\n";

    private static JsonObject Object(IReadOnlyDictionary<string, double> values) => new(values.Select(value => KeyValuePair.Create(value.Key, (JsonNode?)JsonValue.Create(value.Value))));
}
